#!/usr/bin/python3
"""Mel spectrograms in dB by numpy and scipy, with librosa's numbers: the peer of the bench audio.

mel.py SAMPLES.npy RESULT.npy; then one request per line on standard input, {"peer", "rate", "n_fft", "hop", "bands"}, and one
answer per line, {"seconds"}; the first answer for each request leaves the spectrogram in RESULT.npy.
"""
import json
import sys
import time

import numpy as np
import scipy.fft
import scipy.signal
import scipy.sparse


def mel_filters(rate, n_fft, bands):
    """Slaney's triangular filters, of the same area each."""
    def to_mel(hertz):
        return hertz * 3 / 200 if hertz < 1000 else 15 + np.log(hertz / 1000) / (np.log(6.4) / 27)

    mels = np.linspace(to_mel(0), to_mel(rate / 2), bands + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
    bins = np.arange(n_fft // 2 + 1) * rate / n_fft
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return weights.astype(np.float32)


class Peer:
    """What can be made once is made once: measured is the work per frame.

    "scipy" keeps the filters sparse, which is the fastest of its ways; "scipy_dense" multiplies by all of them, as librosa does.
    """

    # librosa transforms as many frames at once as fit into 256 KiB of results.
    BLOCK_BYTES = 256 * 1024

    def __init__(self, rate, n_fft, hop, bands, sparse):
        self.n_fft, self.hop = n_fft, hop
        self.window = scipy.signal.get_window("hann", n_fft)
        weights = mel_filters(rate, n_fft, bands)
        self.weights = scipy.sparse.csr_matrix(weights) if sparse else weights
        self.block = max(1, self.BLOCK_BYTES // ((n_fft // 2 + 1) * 16))

    def compute(self, samples):
        padded = np.pad(samples, self.n_fft // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.n_fft)[::self.hop]
        power = np.empty((len(frames), self.n_fft // 2 + 1), dtype=np.float32)
        for start in range(0, len(frames), self.block):
            spectrum = scipy.fft.rfft(frames[start:start + self.block] * self.window, axis=1, overwrite_x=True)
            power[start:start + self.block] = spectrum.real ** 2 + spectrum.imag ** 2
        energy = self.weights @ power.T
        decibels = 10 * np.log10(np.maximum(np.float32(1e-10), energy)) - 10 * np.log10(max(1e-10, float(energy.max())))
        return np.maximum(decibels, np.float32(-80))


samples = np.load(sys.argv[1]).ravel().astype(np.float32)
peers = {}
for line in sys.stdin:
    request = json.loads(line)
    name, settings = request.pop("peer"), request
    key = line.strip()
    if key not in peers:
        peers[key] = Peer(sparse=name == "scipy", **settings)
        np.save(sys.argv[2], peers[key].compute(samples).astype(np.float32))
    begun = time.perf_counter()
    peers[key].compute(samples)
    print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)
