"""What a Map Run reads and writes: items and results, in S3 or in folders."""
