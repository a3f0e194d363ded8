package main

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// withoutEntities writes what a comment of JavaScript would end as the language escapes it, in place of the HTML entity
// that the generator takes: `**\/*.map` is the same text to a program and shows in every editor.
func withoutEntities(files map[string][]byte) map[string][]byte {
	for name, content := range files {
		if strings.HasSuffix(name, ".ts") {
			files[name] = bytes.ReplaceAll(content, []byte("*&#47;"), []byte(`*\/`))
		}
	}
	return files
}

// withoutStutter undoes what the generator does to enums that it writes for both variants: the constants of the
// second have the type's name twice, PurgeTypePurgeTypeFile.
func withoutStutter(files map[string][]byte, pkg *schema.Package) map[string][]byte {
	for name, content := range files {
		if !strings.HasSuffix(name, "pulumiEnums.go") {
			continue
		}
		for _, enum := range enumsOf(pkg) {
			typeName := nameOf(enum)
			content = bytes.ReplaceAll(content, []byte(typeName+typeName), []byte(typeName))
		}
		files[name] = content
	}
	return files
}

var (
	// Where a program gives a value: pulumi.Input['X'], optional or not, and an argument of a function.
	pythonInput    = regexp.MustCompile(`(pulumi\.Input\[(?:Optional\[)*)'((?:\w+\.)?\w+)'(\])`)
	pythonArgument = regexp.MustCompile(`(?m)^(\s+\w+: (?:Optional\[)?)'((?:\w+\.)?\w+)'(\]? = None|,$)`)
	pythonDocLine  = regexp.MustCompile(`(?m)^\s*:param .*$`)
	pythonTyping   = regexp.MustCompile(`(?m)^from typing import Any, `)
)

// withLiterals lets a program give the plain string where Python's generator asks for the enum alone: type checkers then
// take PurgeType.FILE and "file", and still refuse "files".
func withLiterals(files map[string][]byte, pkg *schema.Package) map[string][]byte {
	literals := map[string]string{}
	for _, enum := range enumsOf(pkg) {
		var values []string
		for _, element := range enum.Elements {
			values = append(values, fmt.Sprintf("%q", element.Value))
		}
		literals[moduleOf(enum)+"."+nameOf(enum)] = "Literal[" + strings.Join(values, ", ") + "]"
	}
	for name, content := range files {
		if !strings.HasSuffix(name, ".py") {
			continue
		}
		module := path.Base(path.Dir(name))
		if strings.HasPrefix(module, "pulumi_") {
			module = "index"
		}
		widen := func(pattern *regexp.Regexp, text []byte) []byte {
			return pattern.ReplaceAllFunc(text, func(match []byte) []byte {
				parts := pattern.FindSubmatch(match)
				literal, isEnum := literals[ownerOf(string(parts[2]), module)]
				if !isEnum {
					return match
				}
				return fmt.Appendf(nil, "%sUnion['%s', %s]%s", parts[1], parts[2], literal, parts[3])
			})
		}
		// What documentation says of a type stays short.
		var docs [][]byte
		text := pythonDocLine.ReplaceAllFunc(content, func(line []byte) []byte {
			docs = append(docs, line)
			return []byte("\x00")
		})
		text = widen(pythonArgument, widen(pythonInput, text))
		for _, line := range docs {
			text = bytes.Replace(text, []byte("\x00"), line, 1)
		}
		if bytes.Contains(text, []byte("Literal[")) {
			text = pythonTyping.ReplaceAll(text, []byte("from typing import Any, Literal, "))
		}
		files[name] = text
	}
	return files
}

// ownerOf names an enum as its module does: a reference of the root's comes as _root_enums.X.
func ownerOf(reference, module string) string {
	if name, isRoot := strings.CutPrefix(reference, "_root_enums."); isRoot {
		return "index." + name
	}
	return module + "." + reference
}

func enumsOf(pkg *schema.Package) []*schema.EnumType {
	var enums []*schema.EnumType
	for _, each := range pkg.Types {
		if enum, isEnum := each.(*schema.EnumType); isEnum {
			enums = append(enums, enum)
		}
	}
	return enums
}

func moduleOf(enum *schema.EnumType) string {
	return strings.Split(enum.Token, ":")[1]
}

func nameOf(enum *schema.EnumType) string {
	return enum.Token[strings.LastIndex(enum.Token, ":")+1:]
}
