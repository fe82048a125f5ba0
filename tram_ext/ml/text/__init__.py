"""Text preprocessing: masking, windows, stemming, vectorising, and technique ids mentioned in texts."""
