"""Everything that is kept: engine, tables, migrations, one repository per noun."""
