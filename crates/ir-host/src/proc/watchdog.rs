//! Questions that may never be answered: a dead file server holds up whoever asks about its mount.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// At most this many questions are asked at once.
const MOST: usize = 256;

/// Asks all questions side by side, each in a thread of its own, and waits for the answers no longer than `limit` in all.
/// None where there was no answer in time; its thread is left to itself and ends with the program.
pub fn within<Q, A>(limit: Duration, questions: Vec<Q>) -> Vec<Option<A>>
where
    Q: FnOnce() -> A + Send + 'static,
    A: Send + 'static,
{
    let until = Instant::now() + limit;
    let mut answers: Vec<Option<A>> = questions.iter().map(|_| None).collect();
    let (send, receive) = mpsc::channel();
    for (i, question) in questions.into_iter().enumerate().take(MOST) {
        let send = send.clone();
        // Without a thread there is no answer.
        let _ = thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let _ = send.send((i, question()));
        });
    }
    drop(send);
    while let Ok((i, answer)) =
        receive.recv_timeout(until.saturating_duration_since(Instant::now()))
    {
        answers[i] = Some(answer);
    }
    answers
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::within;

    #[test]
    fn an_answer_that_does_not_come_holds_up_nobody() {
        let begun = Instant::now();
        let ask = |n: u64| {
            move || {
                std::thread::sleep(Duration::from_secs(n));
                n
            }
        };
        let answers = within(Duration::from_millis(200), vec![ask(0), ask(60), ask(0)]);
        assert_eq!(answers, [Some(0), None, Some(0)]);
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(within(Duration::ZERO, Vec::<fn() -> u8>::new()), []);
    }
}
