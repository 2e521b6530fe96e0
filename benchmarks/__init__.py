"""How fast asl is beside other interpreters of the same language and beside bare Python."""
