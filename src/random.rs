//! Chance, reproducibly: ChaCha8 streams by (seed, purpose, name), and samplers whose bits are equal on every platform.
//!
//! A stream depends on names only, never on order: a new VM changes nobody else's draws. All maths is `libm`'s.
//! Imports nothing of this crate.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers that belongs to one entity and one purpose.
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// The stream of `name` for `purpose`: key = blake3(seed, purpose), stream number = hash of the name.
    pub fn new(seed: u64, purpose: &str, name: &str) -> Stream {
        let mut key = blake3::Hasher::new();
        key.update(&seed.to_le_bytes());
        key.update(purpose.as_bytes());
        let mut generator = ChaCha8Rng::from_seed(*key.finalize().as_bytes());
        let hash = blake3::hash(name.as_bytes());
        let first = hash.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
        generator.set_stream(u64::from_le_bytes(first));
        Stream { generator }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Uniform in [0, n); zero for n = 0. Multiply-shift: the bias is below n ÷ 2⁶⁴.
    #[allow(clippy::cast_possible_truncation, reason = "the high half of a 128-bit product fits 64 bits")]
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform over the whole numbers from `low` to `high`, both included; `low` where they are reversed.
    pub fn uniform(&mut self, low: u64, high: u64) -> u64 {
        match high.checked_sub(low) {
            None => low,
            Some(u64::MAX) => self.bits(),
            Some(width) => low + self.below(width + 1),
        }
    }

    /// Uniform in the logarithm between two positive numbers.
    pub fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        low * libm::exp(self.unit() * libm::log(high / low))
    }

    /// Exponential with this mean, by inversion.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Standard normal, by Box and Muller's transform (one of its two values).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// Log-normal: median × e^(sigma × normal).
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// One of them, each as likely; `None` of none.
    pub fn choice<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        let index = self.below(u64::try_from(choices.len()).unwrap_or(u64::MAX));
        choices.get(usize::try_from(index).unwrap_or(usize::MAX))
    }
}

/// The nearest whole number, kept inside u64; not-a-number is zero.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted here"
)]
pub fn whole(value: f64) -> u64 {
    libm::round(value) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let mut stream = Stream::new(7, "vm.memory", "web-001");
        let drawn = [stream.bits(), stream.bits(), stream.bits()];
        assert_eq!(drawn, KNOWN, "a changed stream changes every drawn scenario");
        assert_eq!(stream.unit().to_bits(), UNIT_BITS);
        assert_eq!(stream.normal().to_bits(), NORMAL_BITS);
    }
    const KNOWN: [u64; 3] =
        [2_133_457_485_290_291_874, 18_411_746_376_296_732_570, 13_364_988_124_631_637_376];
    const UNIT_BITS: u64 = 4_602_499_417_824_133_096;
    const NORMAL_BITS: u64 = 4614587416663212345;

    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    fn moments(mut draw: impl FnMut(&mut Stream) -> f64) -> (f64, f64) {
        let n = 200_000;
        let mut stream = Stream::new(1, "moments", "test");
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = draw(&mut stream);
            sum += x;
            squares += x * x;
        }
        let mean = sum / f64::from(n);
        (mean, squares / f64::from(n) - mean * mean)
    }

    fn close(actual: f64, expected: f64) {
        assert!(
            (actual - expected).abs() < 0.02 * expected.abs().max(0.5),
            "{actual} is not near {expected}"
        );
    }

    #[test]
    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    fn moments_are_as_the_textbook_says() {
        let (mean, variance) = moments(Stream::unit);
        close(mean, 0.5);
        close(variance, 1.0 / 12.0);
        let (mean, variance) = moments(|s| s.uniform(10, 19) as f64);
        close(mean, 14.5);
        close(variance, 99.0 / 12.0);
        let (mean, variance) = moments(|s| s.exponential(3.0));
        close(mean, 3.0);
        close(variance, 9.0);
        let (mean, variance) = moments(Stream::normal);
        close(mean, 0.0);
        close(variance, 1.0);
        let (mean, _) = moments(|s| s.lognormal(2.0, 0.5));
        close(mean, 2.0 * libm::exp(0.125));
        let (mean, _) = moments(|s| s.log_uniform(1.0, 100.0));
        close(mean, 99.0 / libm::log(100.0));
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_name() {
        let first = |seed, purpose, name| Stream::new(seed, purpose, name).bits();
        let all = [first(1, "a", "x"), first(2, "a", "x"), first(1, "b", "x"), first(1, "a", "y")];
        for (index, value) in all.iter().enumerate() {
            assert!(!all[..index].contains(value));
        }
        assert_eq!(first(1, "a", "x"), first(1, "a", "x"));
    }

    #[test]
    fn extremes_do_not_panic() {
        let mut stream = Stream::new(0, "", "");
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.uniform(5, 3), 5);
        assert_eq!(stream.choice::<u8>(&[]), None);
        stream.uniform(0, u64::MAX);
        assert_eq!(whole(f64::NAN), 0);
        assert_eq!(whole(f64::INFINITY), u64::MAX);
    }
}
