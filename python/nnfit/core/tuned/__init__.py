"""The search for good options: candidates, judged by rows that their fits have not seen."""
