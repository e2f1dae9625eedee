"""The Add letters page: PDFs and files of lines become letters in the batch."""
