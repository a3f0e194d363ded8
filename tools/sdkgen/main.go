// Command sdkgen writes the SDKs of a Pulumi schema with Pulumi's own generators: the code that
// `pulumi package gen-sdk` runs, called as a library because the language hosts that can be built from
// Go modules are older than that command.
//
//	sdkgen -schema provider/schema.json -out DIR -language nodejs,python,go
//
// Each language gets an emptied folder DIR/<language>. The same schema always gives the same bytes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The generators write this name into the header of every file.
const tool = "npm run gen"

func main() {
	schemaFile := flag.String("schema", "provider/schema.json", "the package schema")
	out := flag.String("out", "sdk", "folder that gets one folder for each language")
	languages := flag.String("language", "nodejs", "comma-separated: nodejs, python, go")
	flag.Parse()
	if err := run(*schemaFile, *out, strings.Split(*languages, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func run(schemaFile, out string, languages []string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	for _, language := range languages {
		files, err := generate(language, text)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := write(filepath.Join(out, language), files); err != nil {
			return err
		}
	}
	return nil
}

// generate binds the schema anew for each language: the generators change the package they are given.
func generate(language string, text []byte) (map[string][]byte, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	loader := schema.NewNullLoader()
	pkg, err := schema.ImportSpec(spec, nil, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	switch language {
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	case "python":
		return python.GeneratePackage(tool, pkg, nil, nil)
	case "go":
		return gogen.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("unknown language")
}

func write(dir string, files map[string][]byte) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
