"""The engines that read text out, behind one port: each says what voices it has and what the caged child is told."""
