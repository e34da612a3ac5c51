"""Circulars (通报): counted, written, made into papers, checked and issued. It reads figures and knows no pages."""
