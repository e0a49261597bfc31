// Package sealingtest runs the script that seals in browsers in node, for tests.
package sealingtest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"keepiton/web/sealing"
)

// harness loads the script as a page would, gives a function body the input in
// input, and prints what it returns.
const harness = `
const fs = require('fs'), vm = require('vm');
const strong = require('crypto').webcrypto;
Object.defineProperty(globalThis, 'crypto', {value: {getRandomValues: (b) => strong.getRandomValues(b)}});
const {script, body, input} = JSON.parse(fs.readFileSync(0, 'utf8'));
vm.runInThisContext(script);
const KeepItOn = vm.runInThisContext('KeepItOn');
const base64 = (b) => Buffer.from(b).toString('base64'), bytes = (s) => new Uint8Array(Buffer.from(s, 'base64'));
const Body = Object.getPrototypeOf(async function () {}).constructor;
new Body('KeepItOn', 'input', 'base64', 'bytes', body)(KeepItOn, input, base64, bytes)
  .then((v) => process.stdout.write(JSON.stringify(v)), (e) => { console.error(e); process.exit(1); });
`

// Run runs the body of an async function in node, with the built script,
// and decodes what it returns. The script has random numbers of crypto and
// nothing else of it: pages opened from a file may have no crypto.subtle.
func Run[T any](t testing.TB, body string, input any) T {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is missing")
		}
		t.Skip("SKIPPED, LOUDLY: node is missing, so the script that seals in browsers is not tested")
	}
	in, err := json.Marshal(map[string]any{"script": sealing.Script, "body": body, "input": input})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "-e", harness)
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, problems.String())
	}
	var v T
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatalf("node said %q: %v", out.String(), err)
	}
	return v
}
