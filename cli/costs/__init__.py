"""What `asl cost` tells: samples, the estimate made of them, and its forms as text, JSON and a page."""
