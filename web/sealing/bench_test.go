package sealing_test

import (
	"testing"

	"keepiton/web/sealing/sealingtest"
)

// BenchmarkScript measures the script in node: sealing 50 MB to five members,
// and a proof of work of 18 bits. Other engines differ; a phone of 2018 takes some
// ten times as long.
func BenchmarkScript(b *testing.B) {
	for b.Loop() {
		type result struct{ Seal, Work, Key float64 }
		got := sealingtest.Run[result](b, `
			const five = Array.from({length: 5}, () => KeepItOn.address(KeepItOn.newReceipt()).reply);
			const whole = new File([new Uint8Array(50e6)], 'x');
			let at = performance.now();
			await KeepItOn.sealReport({id: '00112233445566778899aabbccddeeff'}, [whole], five, null);
			const seal = performance.now() - at;
			at = performance.now();
			for (let i = 0; i < 20; i++) KeepItOn.address(KeepItOn.newReceipt());
			const key = (performance.now() - at) / 20;
			at = performance.now();
			const challenge = Buffer.concat([Buffer.from([18]), Buffer.alloc(32, 7)]).toString('base64url');
			const counter = Number((await KeepItOn.solve(challenge)).split('.')[1]);
			return {Seal: seal, Key: key, Work: (performance.now() - at) / (counter + 1) * 2 ** 18};`, nil)
		b.ReportMetric(50/(got.Seal/1000), "MB/s")
		b.ReportMetric(got.Key, "ms/receipt")
		b.ReportMetric(got.Work, "ms/proof")
	}
}
