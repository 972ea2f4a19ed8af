"""Numbers that Python and TypeScript make alike (test/parity/numbers.ts), so that figures need no files of inputs."""
import numpy as np


def _mix(value: np.ndarray) -> np.ndarray:
    """The finaliser of MurmurHash3."""
    value = value.astype(np.uint32)
    value ^= value >> np.uint32(16)
    value *= np.uint32(0x85EBCA6B)
    value ^= value >> np.uint32(13)
    value *= np.uint32(0xC2B2AE35)
    value ^= value >> np.uint32(16)
    return value


def _words(name: str, count: int) -> np.ndarray:
    seed = np.array([0x811C9DC5], dtype=np.uint32)
    for letter in name.encode():
        seed = (seed ^ np.uint32(letter)) * np.uint32(0x01000193)
    return _mix(np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + _mix(seed))


def uniform(name: str, *shape: int) -> np.ndarray:
    """Uniform in [-1, 1), multiples of 2^-23, which float32 holds exactly; float64."""
    words = _words(name, int(np.prod(shape)))
    return ((words >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape)


def integers(name: str, limit: int, count: int) -> np.ndarray:
    """Whole numbers in [0, limit)."""
    return (_words(name, count) % np.uint32(limit)).astype(np.int64)
