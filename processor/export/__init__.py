"""The list for other programs and for paper.

Every function takes registrations as :func:`processor.registrations.all_registrations` gives them (with their people
and mails), within the session that they come from.
"""

from processor.export.paper import write_badges, write_pdf, write_table_plan
from processor.export.plain import write_csv, write_json
from processor.export.workbook import write_xlsx

__all__ = ["write_badges", "write_csv", "write_json", "write_pdf", "write_table_plan", "write_xlsx"]
