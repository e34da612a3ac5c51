"""Rights of persons (个人信息权益): how long what is personal is kept, what is held on somebody, and how it is erased."""
