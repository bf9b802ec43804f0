"""The only place that knows SQL: domain objects go in and come out, rows never leave."""
