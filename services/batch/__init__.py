"""The use cases of the Batch Letters table (docs/product.md section 2)."""
