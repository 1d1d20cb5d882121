//! The numbers of this crate's payload kinds, from 256 up.

use hognose_heap::Kind;

macro_rules! kinds {
    ($($number:literal $name:ident)*) => {
        $(pub(crate) const $name: Kind = Kind($number);)*
    };
}

kinds! {
    256 IO
    257 LOCK
    258 RLOCK
    259 LOCAL
    260 DIR_ENTRY
    261 SCANDIR
    262 ITER_TOOL
    263 TEE
    272 TEE_BLOCK
    264 DEQUE
    265 DEQUE_ITER
    271 TUPLE_GETTER
    320 SRE_PATTERN
    321 SRE_MATCH
    322 SRE_SCANNER
    323 SRE_TEMPLATE
    324 STRUCT
    325 STRUCT_ITER
    326 RANDOM
    327 HASH
    328 ABC_DATA
    329 TOKENIZER_ITER
    340 BLAKE2
    360 ARRAY
    361 ARRAY_ITER
    362 ZLIB_COMPRESS
    363 ZLIB_DECOMPRESS
    364 ZLIB_DECOMPRESSOR
    365 CSV_DIALECT
    366 CSV_READER
    367 CSV_WRITER
    368 CONTEXT
    369 CONTEXT_VAR
    370 CONTEXT_TOKEN
    371 UCD
    372 POLL
    373 EPOLL
    374 SOCKET
    375 ANEXT
    376 JSON_SCANNER
    377 JSON_ENCODER
    378 PARTIAL
    379 LRU_CACHE
    380 KEY_WRAPPER
    381 ITEM_GETTER
    382 ATTR_GETTER
    383 METHOD_CALLER
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    /// Two payloads of one kind would be taken for one another; the heap notices only when both are made.
    #[test]
    fn no_number_is_given_twice() {
        let lists = [
            include_str!("kinds.rs"),
            include_str!("../../object/src/kinds.rs"),
        ];
        let mut names = HashMap::new();
        for line in lists.iter().flat_map(|list| list.lines()) {
            let mut words = line.split_whitespace();
            let (Some(number), Some(name), None) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let Ok(number) = number.parse::<u32>() else {
                continue;
            };
            assert_eq!(names.insert(number, name), None, "{number} {name}");
        }
        assert!(names.len() > 80);
    }
}
