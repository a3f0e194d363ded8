package site

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Cloud is an emulated cloud and a stack of its own. Needs Node 20 and the Pulumi CLI.
type Cloud struct {
	t       *testing.T
	control string
	env     []string
}

// Plan is what a trigger would send; the provider's reference has the rest of it.
type Plan struct {
	TargetCount int `json:"targetCount"`
	Calls       int `json:"calls"`
}

// Visit is what a visitor of the edge gets; Cache is HIT, MISS, STALE or REVALIDATED.
type Visit struct {
	Status      int
	Cache, Body string
}

func newCloud(t *testing.T) *Cloud {
	emulator := exec.Command("npx", "--yes", "edgecache-emulator@0.1.0", "--port", "0", "--json", "--exit-with-stdin")
	stdin, err := emulator.StdinPipe()
	must(t, err)
	stdout, err := emulator.StdoutPipe()
	must(t, err)
	must(t, emulator.Start())
	var told struct {
		Control       string
		Configuration map[string]string
	}
	must(t, json.NewDecoder(stdout).Decode(&told))
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = emulator.Wait()
		_ = os.Remove("Pulumi.test.yaml")
	})
	cloud := &Cloud{t: t, control: told.Control, env: append(os.Environ(),
		"PULUMI_BACKEND_URL=file://"+filepath.ToSlash(t.TempDir()),
		"PULUMI_CONFIG_PASSPHRASE=test",
		"PULUMI_STACK=test",
		"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1",
	)}
	cloud.Pulumi("stack", "init", "test")
	for key, value := range told.Configuration {
		cloud.Configure("edgecache:"+key, value)
	}
	return cloud
}

func (c *Cloud) Pulumi(words ...string) []byte {
	c.t.Helper()
	var stderr bytes.Buffer
	command := exec.Command("pulumi", words...)
	command.Env = c.env
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		c.t.Fatalf("pulumi %s: %v\n%s%s", strings.Join(words, " "), err, out, stderr.Bytes())
	}
	return out
}

func (c *Cloud) Configure(key, value string) { c.Pulumi("config", "set", "--plaintext", key, value) }
func (c *Cloud) Up()                         { c.Pulumi("up", "--yes", "--skip-preview") }

// Preview returns the plan of each trigger, by its name.
func (c *Cloud) Preview() map[string]Plan {
	plans := map[string]Plan{}
	for _, line := range bytes.Split(bytes.TrimSpace(c.Pulumi("preview", "--json")), []byte("\n")) {
		var event struct {
			ResOutputsEvent struct {
				Metadata struct {
					New struct {
						URN     string
						Outputs struct{ Plan *Plan }
					}
				}
			}
		}
		must(c.t, json.Unmarshal(line, &event))
		if made := event.ResOutputsEvent.Metadata.New; made.Outputs.Plan != nil {
			plans[made.URN[strings.LastIndex(made.URN, "::")+2:]] = *made.Outputs.Plan
		}
	}
	return plans
}

// Publish puts a page at the origin.
func (c *Cloud) Publish(address, body string) {
	page, err := url.Parse(address)
	must(c.t, err)
	c.Ask("PUT", "/origin/pages", []any{map[string]string{"host": page.Host, "path": page.Path, "body": body}}, nil)
}

func (c *Cloud) Visit(address string) Visit {
	var visits []Visit
	c.Ask("POST", "/edge/visits", map[string]string{"url": address}, &visits)
	return visits[0]
}

// Requests are the calls that reached the cloud, oldest first.
func (c *Cloud) Requests(action string) (calls []map[string]any) {
	c.Ask("GET", "/requests?action="+action, nil, &calls)
	return calls
}

// Ask speaks to the emulator's control API: clock, faults, settings and all else.
func (c *Cloud) Ask(method, path string, body, answer any) {
	c.t.Helper()
	text, err := json.Marshal(body)
	must(c.t, err)
	request, err := http.NewRequest(method, c.control+path, bytes.NewReader(text))
	must(c.t, err)
	request.Header.Set("content-type", "application/json")
	response, err := http.DefaultClient.Do(request)
	must(c.t, err)
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		c.t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if answer != nil {
		must(c.t, json.NewDecoder(response.Body).Decode(answer))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
