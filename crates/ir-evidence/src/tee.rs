//! Reading a file and handing its bytes on, in one go: to a draft, a digest, or both.

use std::io::{self, Read, Write};

/// A reader that writes down what it reads.
pub(crate) struct Tee<'a> {
    reader: &'a mut dyn Read,
    into: &'a mut dyn Write,
    /// Bytes read.
    pub(crate) bytes: u64,
    failed: Option<io::Error>,
}

/// Which side failed.
#[derive(Debug)]
pub(crate) enum Side {
    /// The source cannot be read on: told in the manifest, the collection goes on.
    Source(io::Error),
    /// The bundle cannot be written: the collection ends.
    Bundle(io::Error),
}

impl<'a> Tee<'a> {
    pub(crate) fn new(reader: &'a mut dyn Read, into: &'a mut dyn Write) -> Self {
        Self { reader, into, bytes: 0, failed: None }
    }

    /// Tells the sides apart: `result` is what reading from this came to.
    pub(crate) fn settle<T>(self, result: io::Result<T>) -> Result<T, Side> {
        match (result, self.failed) {
            (_, Some(e)) => Err(Side::Bundle(e)),
            (Err(e), None) => Err(Side::Source(e)),
            (Ok(value), None) => Ok(value),
        }
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if let Err(e) = self.into.write_all(&buffer[..read]) {
            self.failed = Some(e);
            return Err(io::Error::other("the bundle cannot be written"));
        }
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Reads to the end through a small buffer. Ends early, with an error, if the tool is told to.
pub(crate) fn drain(reader: &mut dyn Read) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 17];
    loop {
        if ir_cli::interrupted() {
            return Err(interrupted());
        }
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// The error of work that a person broke off.
pub(crate) fn interrupted() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "interrupted")
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};

    use super::{Side, Tee, drain};

    struct Fails;

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("source"))
        }
    }

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("bundle"))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_side_that_failed_is_told() {
        let mut into = Vec::new();
        let mut reader = b"abc".chain(Fails);
        let mut tee = Tee::new(&mut reader, &mut into);
        let result = drain(&mut tee);
        assert_eq!(tee.bytes, 3);
        assert!(matches!(tee.settle(result), Err(Side::Source(_))));
        assert_eq!(into, b"abc");

        let mut reader = &b"abc"[..];
        let mut into = Fails;
        let mut tee = Tee::new(&mut reader, &mut into);
        let result = drain(&mut tee);
        assert!(matches!(tee.settle(result), Err(Side::Bundle(e)) if e.to_string() == "bundle"));
    }
}
