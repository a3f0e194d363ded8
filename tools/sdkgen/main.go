// Command sdkgen writes the SDKs of a Pulumi schema with Pulumi's own generators: the code that
// `pulumi package gen-sdk` runs, called as a library because the language hosts that can be built from
// Go modules are older than that command.
//
//	sdkgen -schema provider/schema.json -out DIR -language nodejs,python,go
//	sdkgen -schema provider/schema.json -examples provider/examples
//	sdkgen -descriptors
//
// Each language gets an emptied folder DIR/<language>. With -examples it prints, as JSON, the examples of the
// schema's pages in every language; with -descriptors the protocol's. The same input always gives the same bytes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The generators write this name into the header of every file.
const tool = "npm run gen"

// The .NET generator downloads a logo. There is none, and generating needs no network.
const noLogo = "none:"

func init() {
	http.DefaultTransport.(*http.Transport).RegisterProtocol("none", nothing{})
}

type nothing struct{}

func (nothing) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
}

func main() {
	schemaFile := flag.String("schema", "provider/schema.json", "the package schema")
	out := flag.String("out", "sdk", "folder that gets one folder for each language")
	languages := flag.String("language", "nodejs", "comma-separated: nodejs, python, go, dotnet")
	examples := flag.String("examples", "", "folder with YAML programs to print in every language instead")
	descriptors := flag.Bool("descriptors", false, "print the descriptors of the provider protocol instead")
	flag.Parse()
	if err := dispatch(*schemaFile, *out, *languages, *examples, *descriptors); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func dispatch(schemaFile, out, languages, examples string, descriptors bool) error {
	if descriptors {
		return printDescriptors()
	}
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	if examples != "" {
		return printExamples(text, examples)
	}
	return run(text, out, strings.Split(languages, ","))
}

func run(text []byte, out string, languages []string) error {
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
	pkg, err := bind(text)
	if err != nil {
		return nil, err
	}
	switch language {
	case "nodejs":
		files, err := nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
		return withoutEntities(files), err
	case "python":
		files, err := python.GeneratePackage(tool, pkg, nil, nil)
		return withLiterals(files, pkg), err
	case "go":
		files, err := gogen.GeneratePackage(tool, pkg, nil)
		if err != nil {
			return nil, err
		}
		return withGoDocs(withoutStutter(files, pkg))
	case "dotnet":
		pkg.LogoURL = noLogo
		return dotnet.GeneratePackage(tool, pkg, nil, nil)
	}
	return nil, fmt.Errorf("unknown language")
}

func bind(text []byte) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	return schema.ImportSpec(spec, nil, schema.NewNullLoader(), schema.ValidationOptions{})
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
