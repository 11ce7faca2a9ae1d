"""Draw tagged PDF with ReportLab: its canvas, document and fonts."""
