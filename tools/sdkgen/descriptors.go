package main

import (
	"encoding/base64"
	"fmt"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// printDescriptors prints, as a FileDescriptorSet in base64, the protocol between the engine and a provider: the descriptors
// that Pulumi's own Go code is generated from, and what they import.
func printDescriptors() error {
	set := &descriptorpb.FileDescriptorSet{}
	seen := map[string]bool{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	add(rpc.File_pulumi_provider_proto)
	add(rpc.File_pulumi_engine_proto)
	add(status.File_google_rpc_status_proto)
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(set)
	if err != nil {
		return err
	}
	fmt.Println(base64.StdEncoding.EncodeToString(bytes))
	return nil
}
