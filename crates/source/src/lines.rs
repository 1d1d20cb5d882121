//! Offsets to lines and back.

/// Where each line of a text starts.
pub struct Lines<'s> {
    text: &'s str,
    starts: Vec<u32>,
}

impl<'s> Lines<'s> {
    /// Finds the lines of a text with `\n` line ends.
    pub fn new(text: &'s str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0)
            .chain(ends.map(|at| at as u32 + 1))
            .collect();
        Lines { text, starts }
    }

    /// Gives the line, counted from 1, that an offset is on.
    pub fn line_of(&self, offset: usize) -> u32 {
        self.starts
            .partition_point(|&start| start as usize <= offset) as u32
    }

    /// Gives the offset at which a line, counted from 1, starts; the text's end for lines past it.
    pub fn start(&self, line: u32) -> usize {
        let index = (line as usize).saturating_sub(1);
        self.starts
            .get(index)
            .map_or(self.text.len(), |&start| start as usize)
    }

    /// Gives a line, counted from 1, without its line end.
    pub fn text(&self, line: u32) -> &'s str {
        let text = self
            .text
            .get(self.start(line)..self.start(line.saturating_add(1)))
            .unwrap_or_default();
        text.strip_suffix('\n').unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_both_ways() {
        let lines = Lines::new("ab\n\ncd");
        assert_eq!(
            [0, 2, 3, 4, 6].map(|offset| lines.line_of(offset)),
            [1, 1, 2, 3, 3]
        );
        assert_eq!(
            [1, 2, 3, 4].map(|line| lines.text(line)),
            ["ab", "", "cd", ""]
        );
        assert_eq!(lines.start(3), 4);
    }
}
