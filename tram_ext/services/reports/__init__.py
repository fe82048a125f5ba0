"""Reports: listing, changing, bulk decisions, import and export."""
