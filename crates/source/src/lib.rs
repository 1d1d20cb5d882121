//! Python source bytes to decoded text: coding cookie, BOM, lines.
