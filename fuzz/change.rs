//! Changes of inputs, drawn at random.

/// A small generator of its own: the same changes on every machine.
pub struct Dice(pub u64);

impl Dice {
    /// Less than `bound`, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// Bytes of an input at most.
const LONGEST: usize = 1 << 20;

/// An input of the corpus, changed in a few places.
pub fn changed(corpus: &[Vec<u8>], words: &[&str], is_text: bool, dice: &mut Dice) -> Vec<u8> {
    let mut input = dice.of(corpus).clone();
    for _ in 0..=dice.below(4) {
        if is_text && dice.below(4) > 0 {
            exchange(&mut input, corpus, words, dice);
        } else {
            scratch(&mut input, corpus, words, dice);
        }
    }
    input.truncate(LONGEST);
    input
}

/// Tokens of a text: what stands in quotes, and words and numbers outside.
fn tokens(text: &[u8]) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let begin = at;
        if text[at] == b'"' {
            at += 1;
            while at < text.len() && text[at] != b'"' {
                at += 1;
            }
            at = (at + 1).min(text.len());
            all.push((begin, at));
        } else if text[at].is_ascii_alphanumeric() || text[at] == b'_' || text[at] == b'-' {
            while at < text.len() && (text[at].is_ascii_alphanumeric() || b"_-.".contains(&text[at])) {
                at += 1;
            }
            all.push((begin, at));
        } else {
            at += 1;
        }
    }
    all
}

/// Another token takes the place of one.
fn exchange(input: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let own = tokens(input);
    if own.is_empty() {
        return;
    }
    let (from, to) = *dice.of(&own);
    let is_quoted = input[from] == b'"';
    let other: Vec<u8> = match dice.below(3) {
        0 => {
            let word = *dice.of(words);
            if is_quoted { format!("\"{word}\"").into_bytes() } else { word.as_bytes().to_vec() }
        }
        1 => {
            let (from, to) = *dice.of(&own);
            input[from..to].to_vec()
        }
        _ => {
            let text = dice.of(corpus);
            let all = tokens(text);
            if all.is_empty() {
                return;
            }
            let (from, to) = *dice.of(&all);
            text[from..to].to_vec()
        }
    };
    input.splice(from..to, other);
}

/// Bytes are changed, taken out, doubled or put in.
fn scratch(input: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let at = dice.below(input.len() + 1);
    let to = (at + dice.below(64)).min(input.len());
    match dice.below(6) {
        0 if at < input.len() => input[at] = u8::try_from(dice.below(256)).unwrap(),
        1 => drop(input.drain(at..to)),
        2 => {
            let part = input[at..to].to_vec();
            input.splice(at..at, part);
        }
        3 => {
            input.splice(at..at, dice.of(words).bytes());
        }
        4 => input.truncate(at),
        _ => {
            let other = dice.of(corpus);
            let from = dice.below(other.len() + 1);
            let to = (from + dice.below(256)).min(other.len());
            input.splice(at..at, other[from..to].iter().copied());
        }
    }
}
