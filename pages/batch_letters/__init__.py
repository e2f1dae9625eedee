"""The Batch letters page: docs/product.md section 1, docs/pages.md."""
