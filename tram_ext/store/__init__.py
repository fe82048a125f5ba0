"""The database: engine, tables, migrations, and one repository per noun."""
