package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// withGoDocs writes the examples of Go's documentation as Go's own tools show them: code is indented, a heading has one
// number sign and blank lines around it. The generator leaves Markdown there, which pkg.go.dev shows as running text.
func withGoDocs(files map[string][]byte) (map[string][]byte, error) {
	for name, content := range files {
		if !strings.HasSuffix(name, ".go") || !bytes.Contains(content, []byte("\n// ```go\n")) {
			continue
		}
		text, err := goDocs(strings.Split(string(content), "\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = []byte(strings.Join(text, "\n"))
	}
	return files, nil
}

func goDocs(lines []string) ([]string, error) {
	var written, code []string
	inside := false
	apart := func() {
		if written[len(written)-1] != "//" {
			written = append(written, "//")
		}
	}
	for index, line := range lines {
		switch {
		case line == "// ```go":
			inside, code = true, nil
		case line == "// ```" && inside:
			inside = false
			source, err := format.Source([]byte(strings.Join(code, "\n")))
			if err != nil {
				return nil, err
			}
			for _, each := range strings.Split(strings.TrimSpace(string(source)), "\n") {
				written = append(written, strings.TrimRight("//\t"+each, "\t"))
			}
			if next := lines[index+1]; strings.HasPrefix(next, "//") && next != "//" {
				written = append(written, "//")
			}
		case inside:
			// What gofmt took for code has a tab, and for text a space; both are one program.
			code = append(code, strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "), "\t"))
		case strings.HasPrefix(line, "// ## "), strings.HasPrefix(line, "// ### "):
			apart()
			written = append(written, "// # "+strings.TrimLeft(line, "/# "), "//")
		case line == "//" && written != nil && written[len(written)-1] == "//":
		default:
			written = append(written, line)
		}
	}
	return written, nil
}
