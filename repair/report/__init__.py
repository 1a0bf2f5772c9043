"""What a person looks at: a page beside its repaired text with every change, and an overview of many pages.

Each report is one HTML file that loads nothing and can be read without JavaScript.
"""

from repair.report.overview import overview_report
from repair.report.page import page_report

__all__ = ["overview_report", "page_report"]
