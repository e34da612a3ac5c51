"""The board of needs and pledges: in which column a card stands, what it shows, and where it may go from there."""
