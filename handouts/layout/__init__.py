"""Turn a Document and a layout into pages of ReportLab flowables."""
