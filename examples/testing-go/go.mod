module site

go 1.25.11
