package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	yamlgen "github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	hclsyntax "github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// An example is one program, in each language. The YAML one is the source.
type example struct {
	Title    string    `json:"title"`
	Programs []program `json:"programs"`
}

type program struct {
	Language string `json:"language"`
	Code     string `json:"code"`
}

// In the order in which a page shows them.
var programGenerators = []struct {
	language string
	file     string
	generate func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
}{
	{"typescript", "index.ts", nodejs.GenerateProgram},
	{"python", "__main__.py", python.GenerateProgram},
	{"go", "main.go", gogen.GenerateProgram},
	{"csharp", "Program.cs", dotnet.GenerateProgram},
}

// printExamples prints, as JSON, the examples of each token: those of dir/<module>/<Name>.yaml, where documents
// begin with `# Title` and are what follows `runtime: yaml` in a Pulumi.yaml.
func printExamples(schemaText []byte, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	if err != nil {
		return err
	}
	pkg, err := bind(schemaText)
	if err != nil {
		return err
	}
	all := map[string][]example{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		token := strings.Join([]string{pkg.Name, filepath.Base(filepath.Dir(file)), name}, ":")
		for _, document := range strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n---\n") {
			example, err := convert(document, onlyPackage{pkg.Reference()})
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			all[token] = append(all[token], *example)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

func convert(document string, loader schema.ReferenceLoader) (*example, error) {
	heading, body, _ := strings.Cut(strings.TrimSpace(document), "\n")
	title, isTitle := strings.CutPrefix(heading, "# ")
	if !isTitle {
		return nil, fmt.Errorf("%q is no title: a document begins with `# Title`", heading)
	}
	body = strings.TrimSpace(body) + "\n"
	converted := example{Title: title}
	for _, generator := range programGenerators {
		// Anew for each language: generators change the program they are given.
		bound, err := parse(body, loader)
		if err != nil {
			return nil, err
		}
		files, diagnostics, err := generator.generate(bound)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", generator.language, err)
		}
		if len(diagnostics) > 0 {
			return nil, fmt.Errorf("%s: %w", generator.language, diagnostics)
		}
		converted.add(generator.language, files[generator.file])
	}
	converted.add("yaml", []byte(body))
	return &converted, nil
}

func (e *example) add(language string, code []byte) {
	e.Programs = append(e.Programs, program{language, string(bytes.TrimSpace(code)) + "\n"})
}

func parse(body string, loader schema.ReferenceLoader) (*pcl.Program, error) {
	template, syntax, err := pulumiyaml.LoadYAMLBytes("Pulumi.yaml", []byte("name: example\nruntime: yaml\n"+body))
	if err != nil {
		return nil, err
	}
	if syntax.HasErrors() {
		return nil, syntax
	}
	text, diagnostics, err := yamlgen.ConvertTemplateIL(template, loader)
	if err != nil {
		return nil, err
	}
	if len(diagnostics) > 0 {
		return nil, diagnostics
	}
	parser := hclsyntax.NewParser()
	if err := parser.ParseFile(strings.NewReader(text), "example.pp"); err != nil {
		return nil, err
	}
	if len(parser.Diagnostics) > 0 {
		return nil, parser.Diagnostics
	}
	bound, diagnostics, err := pcl.BindProgram(parser.Files, loader, pcl.PreferOutputVersionedInvokes)
	if err != nil {
		return nil, err
	}
	if len(diagnostics) > 0 {
		return nil, diagnostics
	}
	return bound, nil
}

// onlyPackage is a loader that knows one package: examples need no plugin and no network.
type onlyPackage struct{ reference schema.PackageReference }

func (l onlyPackage) LoadPackage(string, *semver.Version) (*schema.Package, error) {
	return l.reference.Definition()
}

func (l onlyPackage) LoadPackageV2(context.Context, *schema.PackageDescriptor) (*schema.Package, error) {
	return l.reference.Definition()
}

func (l onlyPackage) LoadPackageReference(string, *semver.Version) (schema.PackageReference, error) {
	return l.reference, nil
}

func (l onlyPackage) LoadPackageReferenceV2(
	context.Context, *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return l.reference, nil
}
