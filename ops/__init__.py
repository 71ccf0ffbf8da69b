"""What runs Yihu: one command for everything, migrations, demo data, measurements."""
