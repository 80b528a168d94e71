#!/usr/bin/python3
"""Makes the files in Golden: short clips, and their mel spectrograms by numpy, scipy, libsndfile and libsoxr.

apt-get install python3-numpy python3-scipy python3-soundfile libsoxr0
python3 golden.py
"""
import ctypes
import os

import numpy as np
import scipy.fft
import scipy.signal
import soundfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden")


def resample(samples, rate, target):
    """libsoxr, quality HQ (its default), float32; as long as librosa makes it."""
    if rate == target:
        return samples
    soxr = ctypes.CDLL("libsoxr.so.0")
    soxr.soxr_create.restype = ctypes.c_void_p
    soxr.soxr_create.argtypes = [ctypes.c_double, ctypes.c_double, ctypes.c_uint] + [ctypes.c_void_p] * 4
    soxr.soxr_process.restype = ctypes.c_char_p
    soxr.soxr_process.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p] * 2
    handle = soxr.soxr_create(rate, target, 1, None, None, None, None)
    samples = np.ascontiguousarray(samples, dtype=np.float32)
    length = int(np.ceil(len(samples) * (float(target) / rate)))
    result, done = np.zeros(length + 1000, dtype=np.float32), ctypes.c_size_t()
    error = soxr.soxr_process(handle, samples.ctypes.data, len(samples), None, result.ctypes.data, len(result), ctypes.byref(done))
    made = done.value
    while not error and done.value:
        rest = result[made:]
        error = soxr.soxr_process(handle, None, 0, None, rest.ctypes.data, len(rest), ctypes.byref(done))
        made += done.value
    assert not error, error
    return result[:length]


def mel_filters(rate, n_fft, bands):
    """Slaney's filters, written from their definition (Auditory Toolbox, Interval Research TR 1998-010)."""
    def to_mel(hertz):
        return hertz * 3 / 200 if hertz < 1000 else 15 + np.log(hertz / 1000) / (np.log(6.4) / 27)

    mels = np.linspace(to_mel(0), to_mel(rate / 2), bands + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
    bins = np.arange(n_fft // 2 + 1) * rate / n_fft
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def mel_decibels(samples, rate, n_fft=2048, hop=512, bands=128):
    padded = np.pad(samples.astype(np.float64), n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    spectrum = scipy.fft.rfft(frames * scipy.signal.get_window("hann", n_fft), axis=1)
    energy = mel_filters(rate, n_fft, bands) @ (spectrum.real ** 2 + spectrum.imag ** 2).T
    decibels = 10 * np.log10(np.maximum(1e-10, energy)) - 10 * np.log10(max(1e-10, energy.max()))
    return np.maximum(decibels, -80).astype(np.float32)


def clip(rate, channels, seconds, seed):
    time = np.arange(int(rate * seconds)) / rate
    noise = np.random.default_rng(seed).normal(size=(len(time), channels))
    left = 0.5 * scipy.signal.chirp(time, 80, seconds, rate * 0.4, "logarithmic")
    right = 0.3 * np.sin(2 * np.pi * 880 * time) * np.exp(-6 * time)
    return np.stack([left, right][:channels], axis=1) + 0.002 * noise


def make(name, subtype, rate, channels, seconds, target, **settings):
    path = os.path.join(FOLDER, name)
    soundfile.write(path, clip(rate, channels, seconds, seed=len(name)), rate, subtype=subtype)
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = resample(samples.mean(axis=1), rate, target)
    np.save(os.path.splitext(path)[0] + ".npy", mel_decibels(mono, target, **settings))


os.makedirs(FOLDER, exist_ok=True)
make("plain.wav", "PCM_16", 22050, 1, 0.4, 22050)
make("small.wav", "PCM_16", 22050, 1, 0.2, 22050, n_fft=1024, hop=256, bands=64)
make("down.flac", "PCM_24", 48000, 2, 0.3, 22050)
make("up.flac", "PCM_16", 16000, 1, 0.3, 22050)
make("voice.ogg", "VORBIS", 22050, 1, 0.5, 22050)
make("song.mp3", "MPEG_LAYER_III", 44100, 2, 0.5, 22050)
for code in ("ALAW", "ULAW"):
    path = os.path.join(FOLDER, code.lower() + ".wav")
    soundfile.write(path, np.zeros(256), 8000, subtype=code)
    with open(path, "r+b") as file:
        content = file.read()
        file.seek(content.index(b"data") + 8)
        file.write(bytes(range(256)))
    np.save(path.replace(".wav", ".npy"), soundfile.read(path, dtype="float32")[0])
soundfile.write(os.path.join(FOLDER, "silence.flac"), np.zeros(100 * 8000), 8000, subtype="PCM_16")
