// Command nullprovider is a Pulumi provider that does nothing, on Pulumi's own Go framework: the floor
// that edgecache is measured against. Its resource keeps what it is given.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

type Null struct{}

// NullArgs is as large as the arguments of the edgecache resource that it is compared with: the engine
// and the language host spend time on every property.
type NullArgs struct {
	SiteID      string   `pulumi:"siteId"`
	Type        string   `pulumi:"type"`
	Targets     []string `pulumi:"targets"`
	ContentHash string   `pulumi:"contentHash"`
	OnCreate    string   `pulumi:"onCreate"`
}

type NullState struct {
	NullArgs
}

// Create says one line in a preview, as the other provider tells its plan: a call to the engine's log, a line on the
// terminal.
func (Null) Create(ctx context.Context, req infer.CreateRequest[NullArgs]) (infer.CreateResponse[NullState], error) {
	if req.DryRun {
		p.GetLogger(ctx).Info("will do nothing: this provider only records")
	}
	return infer.CreateResponse[NullState]{ID: req.Name, Output: NullState{NullArgs: req.Inputs}}, nil
}

func (Null) Update(_ context.Context, req infer.UpdateRequest[NullArgs, NullState]) (infer.UpdateResponse[NullState], error) {
	return infer.UpdateResponse[NullState]{Output: NullState{NullArgs: req.Inputs}}, nil
}

func main() {
	provider := infer.Provider(infer.Options{Resources: []infer.InferredResource{infer.Resource(Null{})}})
	if err := p.RunProvider(context.Background(), "nullprovider", "0.1.0", provider); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
