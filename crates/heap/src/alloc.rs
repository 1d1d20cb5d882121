//! Where cells live: pages of equal cells, found again by masking an address; bigger ones apart.
//!
//! A page is 64 KiB, aligned to its size, and holds cells of one size, all traced or none. Free cells of a class
//! form one list. Pages are what the collector walks: so a cell needs no list pointers of its own.

use crate::cell::{Blob, BlobHead, Ref, ValueCell, Var, VarHead};
use crate::kind::{self, Kind, Payload};
use crate::value::{Header, IMMORTAL, Value, flags};
use std::alloc::{
    Layout, alloc as system_alloc, alloc_zeroed, dealloc, handle_alloc_error, realloc,
};
use std::cell::{Cell, UnsafeCell};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) const PAGE: usize = 64 * 1024;
/// Pages that are taken from the system at a time.
const ROW: usize = 15;
const STEP: usize = 16;
const BIGGEST: usize = 512;
const CLASSES: usize = BIGGEST / STEP + 1;
/// How deep releases nest before the rest is put off, so that a long chain does not use up the native stack.
const RELEASE_DEPTH: u32 = 64;

#[repr(C, align(16))]
pub(crate) struct Page {
    pub cell_size: u32,
    pub class: u16,
    pub traced: bool,
    /// Per-cell scratch counts while a collection runs, else null.
    pub scratch: *mut u32,
}

/// Stands before a cell that is too big for a page.
#[repr(C, align(16))]
pub(crate) struct Large {
    pub size: usize,
    pub index: u32,
    pub scratch: u32,
}

#[derive(Clone, Copy)]
struct Class {
    free: *const Header,
    bump: *mut u8,
    end: *mut u8,
}

pub(crate) struct Heap {
    classes: [[Class; CLASSES]; 2],
    pub pages: Vec<*mut Page>,
    /// The next place for a page, and the end of its row.
    place: *mut u8,
    places_end: *mut u8,
    pub large: Vec<*mut Large>,
    /// Traced cells alive.
    pub tracked: usize,
    /// Traced cells at which a collection is due.
    pub due: usize,
    pub threshold: usize,
    pub collecting: bool,
    release_depth: u32,
    put_off: Vec<*const Header>,
    stats: Stats,
}

/// What the heap has done since the process began.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    /// Cells made.
    pub allocations: u64,
    /// Bytes of pages and large cells held.
    pub bytes: usize,
    /// Collections run.
    pub collections: u64,
}

const EMPTY: Class = Class {
    free: std::ptr::null(),
    bump: std::ptr::null_mut(),
    end: std::ptr::null_mut(),
};

struct Global(UnsafeCell<Heap>);

// SAFETY: only the thread that holds the key makes, counts or releases values.
unsafe impl Sync for Global {}

static HEAP: Global = Global(UnsafeCell::new(Heap {
    classes: [[EMPTY; CLASSES]; 2],
    pages: Vec::new(),
    place: std::ptr::null_mut(),
    places_end: std::ptr::null_mut(),
    large: Vec::new(),
    tracked: 0,
    due: crate::cycle::FIRST_DUE,
    threshold: crate::cycle::FIRST_DUE,
    collecting: false,
    release_depth: 0,
    put_off: Vec::new(),
    stats: Stats {
        allocations: 0,
        bytes: 0,
        collections: 0,
    },
}));

/// The heap; each use is short and calls nothing that comes back here.
#[inline]
pub(crate) fn heap() -> *mut Heap {
    HEAP.0.get()
}

static KEY: Mutex<()> = Mutex::new(());

/// The right to use the heap; one thread has it at a time, and may share it with threads of its own by turns.
pub struct Key {
    _held: MutexGuard<'static, ()>,
}

/// Waits until no other thread uses the heap, and takes it.
pub fn enter() -> Key {
    let held = KEY.lock().unwrap_or_else(PoisonError::into_inner);
    crate::turn::take();
    Key { _held: held }
}

impl Drop for Key {
    fn drop(&mut self) {
        crate::turn::release();
    }
}

/// What the heap has done so far.
pub fn stats() -> Stats {
    // SAFETY: a copy out of the heap by the thread that may use it.
    unsafe { (*heap()).stats }
}

pub(crate) fn count_collection() {
    // SAFETY: as in `stats`.
    unsafe { (*heap()).stats.collections += 1 }
}

/// The place for a cell of so many bytes, its header's own flags set, its count 1.
#[inline]
fn place(size: usize, kind: Kind, traced: bool, ty: Option<&Value>) -> *mut Header {
    let class = size.div_ceil(STEP);
    // SAFETY: by the thread that holds the key; nothing called here comes back to the heap.
    let heap = unsafe { &mut *heap() };
    heap.stats.allocations += 1;
    heap.tracked += usize::from(traced);
    let mut bits = if traced { flags::GC } else { 0 };
    let at = if class < CLASSES {
        let list = &mut heap.classes[usize::from(traced)][class];
        if !list.free.is_null() {
            let at = list.free;
            // SAFETY: a free cell keeps the next one's address where its type pointer was.
            list.free = unsafe { (*at).ty.get() };
            at as *mut Header
        } else if list.bump != list.end {
            let at = list.bump;
            list.bump = at.wrapping_add(class * STEP);
            at.cast::<Header>()
        } else {
            fresh_page(heap, class, traced)
        }
    } else {
        bits |= flags::LARGE;
        large(heap, size, traced)
    };
    let ty = ty.map_or(std::ptr::null(), |ty| {
        std::mem::forget(ty.clone());
        ty.bits() as *const Header
    });
    // SAFETY: `at` is a free, aligned place of at least `size` bytes.
    unsafe {
        at.write(Header {
            count: Cell::new(1),
            kind: Cell::new(kind),
            flags: Cell::new(bits),
            ty: Cell::new(ty),
        });
    }
    at
}

/// A page's place: zeroed, which makes every cell of it free until it is used, and aligned to its size.
///
/// Places are taken in rows, whose zeroes come from the system: what is not used of a page is never touched.
fn page_place(heap: &mut Heap) -> *mut u8 {
    if heap.place == heap.places_end {
        let layout =
            Layout::from_size_align((ROW + 1) * PAGE, 16).expect("a row is a valid layout");
        // SAFETY: the layout is not empty.
        let row = unsafe { alloc_zeroed(layout) };
        if row.is_null() {
            handle_alloc_error(layout);
        }
        heap.place = row.wrapping_add(row.align_offset(PAGE));
        heap.places_end = heap.place.wrapping_add(ROW * PAGE);
    }
    let place = heap.place;
    heap.place = place.wrapping_add(PAGE);
    place
}

#[cold]
fn fresh_page(heap: &mut Heap, class: usize, traced: bool) -> *mut Header {
    let page = page_place(heap);
    let size = class * STEP;
    let first = page.wrapping_add(size_of::<Page>());
    let cells = (PAGE - size_of::<Page>()) / size;
    // SAFETY: the page is ours and big enough for its head.
    unsafe {
        page.cast::<Page>().write(Page {
            cell_size: size as u32,
            class: class as u16,
            traced,
            scratch: std::ptr::null_mut(),
        });
    }
    heap.pages.push(page.cast());
    heap.stats.bytes += PAGE;
    let list = &mut heap.classes[usize::from(traced)][class];
    list.bump = first.wrapping_add(size);
    list.end = first.wrapping_add(size * cells);
    first.cast()
}

#[cold]
fn large(heap: &mut Heap, size: usize, traced: bool) -> *mut Header {
    let layout = large_layout(size);
    // SAFETY: the layout is not empty.
    let at = if traced {
        unsafe { alloc_zeroed(layout) }
    } else {
        unsafe { system_alloc(layout) }
    };
    let at = at.cast::<Large>();
    if at.is_null() {
        handle_alloc_error(layout);
    }
    heap.stats.bytes += layout.size();
    let index = if traced {
        heap.large.push(at);
        heap.large.len() as u32 - 1
    } else {
        u32::MAX
    };
    // SAFETY: the place is ours and begins with room for the prefix.
    unsafe {
        at.write(Large {
            size,
            index,
            scratch: 0,
        })
    };
    at.wrapping_add(1).cast()
}

fn large_layout(size: usize) -> Layout {
    Layout::from_size_align(size + size_of::<Large>(), 16)
        .expect("a cell is smaller than the address space")
}

impl Page {
    #[inline]
    pub(crate) fn of(header: *const Header) -> *mut Page {
        header.map_addr(|a| a & !(PAGE - 1)) as *mut Page
    }

    pub(crate) fn cells(page: *mut Page) -> impl Iterator<Item = (usize, *const Header)> {
        // SAFETY: the page lives as long as the process.
        let size = unsafe { (*page).cell_size } as usize;
        let first = page.cast::<u8>().wrapping_add(size_of::<Page>());
        (0..(PAGE - size_of::<Page>()) / size)
            .map(move |i| (i, first.wrapping_add(i * size) as *const Header))
    }

    /// Which cell of its page this is.
    #[inline]
    pub(crate) fn index_of(page: *mut Page, header: *const Header) -> usize {
        let offset = header as usize - page as usize - size_of::<Page>();
        // SAFETY: as in `cells`.
        offset / unsafe { (*page).cell_size } as usize
    }
}

impl Large {
    pub(crate) fn of(header: *const Header) -> *mut Large {
        (header as *mut Large).wrapping_sub(1)
    }
}

unsafe fn plain_size<T>(_: *const u8) -> usize {
    size_of::<T>()
}

unsafe fn var_size<T>(payload: *const u8) -> usize {
    // SAFETY: the caller passes the payload of a cell of this kind.
    size_of::<Var<T>>() + 8 * unsafe { (*payload.cast::<Var<T>>()).len() }
}

unsafe fn blob_size<T>(payload: *const u8) -> usize {
    // SAFETY: as in `var_size`.
    blob_bytes::<T>(unsafe { (*payload.cast::<Blob<T>>()).bytes().len() })
}

fn blob_bytes<T>(len: usize) -> usize {
    let end = Blob::<T>::tail_offset()
        .checked_add(len)
        .expect("a string is smaller than the address space");
    size_of::<Blob<T>>().max(end)
}

/// Where the tail's length word stands, from the start of the payload.
fn tail_at(payload_size: usize) -> usize {
    payload_size.next_multiple_of(8)
}

/// Bytes of a tail of so many slots: a length word and the slots.
fn tail_bytes(slots: usize) -> usize {
    if slots == 0 { 0 } else { 8 + 8 * slots }
}

pub(crate) fn tail(header: &Header) -> &[ValueCell] {
    let payload = Header::payload(header);
    // SAFETY: the cell was made with a tail (its flag says so) behind a payload of the size that its kind tells;
    // `finish_tail` wrote the length word, and the slots were zeroed, which is empty.
    unsafe {
        let at = payload.add(tail_at((kind::info(header.kind.get()).size)(payload)));
        std::slice::from_raw_parts(at.add(8).cast::<ValueCell>(), at.cast::<usize>().read())
    }
}

/// Writes the tail's length word and empties its slots.
///
/// # Safety
/// `at` is a cell of which `payload_size` bytes hold the payload and `tail_bytes(slots)` more are free.
unsafe fn finish_tail(at: *mut Header, payload_size: usize, slots: usize) {
    if slots != 0 {
        // SAFETY: by the contract.
        unsafe {
            let tail = Header::payload(at).add(tail_at(payload_size));
            tail.cast::<usize>().write(slots);
            std::ptr::write_bytes(tail.add(8), 0, 8 * slots);
            (*at).flags.set((*at).flags.get() | flags::TAIL);
        }
    }
}

/// Makes a cell, with so many tail slots.
///
/// A cell with a tail is always traced, whatever its payload says.
#[inline]
pub fn alloc<T: Payload>(ty: Option<&Value>, tail: usize, payload: T) -> Ref<T> {
    const { assert!(align_of::<T>() <= 16) };
    kind::register::<T>(plain_size::<T>);
    let size = size_of::<Header>()
        + if tail == 0 {
            size_of::<T>()
        } else {
            tail_at(size_of::<T>()) + tail_bytes(tail)
        };
    let at = place(size, T::KIND, T::GC || tail != 0, ty);
    // SAFETY: the place has room for the payload behind the header and the tail behind that, and 16 bytes keep the
    // payload's alignment.
    unsafe {
        finish_tail(at, size_of::<T>(), tail);
        Header::payload(at).cast::<T>().write(payload);
        Ref::from_value_unchecked(Value::from_raw(at as u64))
    }
}

/// Makes a cell with a row of value slots, filled from the iterator; slots it does not reach stay empty.
#[inline]
pub fn alloc_var<T: VarHead>(
    ty: Option<&Value>,
    tail: usize,
    head: T,
    len: usize,
    items: impl IntoIterator<Item = Value>,
) -> Ref<Var<T>> {
    kind::register::<Var<T>>(var_size::<T>);
    let row_bytes = len
        .checked_mul(8)
        .expect("a row is smaller than the address space");
    let payload_size = size_of::<Var<T>>() + row_bytes;
    let at = place(
        size_of::<Header>() + payload_size + tail_bytes(tail),
        T::KIND,
        true,
        ty,
    );
    let payload = Header::payload(at);
    // SAFETY: the place has room for the head, `len` words behind it and the tail; zero words are empty slots. The
    // cell is complete before the iterator, which may run anything, is asked for its first item.
    let row = unsafe {
        finish_tail(at, payload_size, tail);
        std::ptr::write_bytes(payload.add(size_of::<Var<T>>()), 0, row_bytes);
        payload.cast::<Var<T>>().write(Var::head_only(head, len));
        Ref::<Var<T>>::from_value_unchecked(Value::from_raw(at as u64))
    };
    for (slot, item) in row.slots().iter().zip(items) {
        // SAFETY: a slot is one word, the cell is ours alone, and nothing but this fills it: there is nothing to drop.
        unsafe {
            std::ptr::from_ref(slot)
                .cast_mut()
                .cast::<u64>()
                .write(item.into_raw())
        }
    }
    row
}

/// Makes a cell with a row of bytes, which `fill` is given once, zeroed.
#[inline]
pub fn alloc_blob<T: BlobHead>(
    ty: Option<&Value>,
    tail: usize,
    head: T,
    len: usize,
    fill: impl FnOnce(&mut [u8]),
) -> Ref<Blob<T>> {
    // SAFETY: the slice is the place that is to be written, zeroed.
    let write = |bytes: *mut u8| unsafe {
        std::ptr::write_bytes(bytes, 0, len);
        fill(std::slice::from_raw_parts_mut(bytes, len));
    };
    // SAFETY: all bytes are written.
    unsafe { alloc_blob_with(ty, tail, head, len, write) }
}

/// Makes a cell with a copy of a row of bytes.
#[inline]
pub fn alloc_blob_of<T: BlobHead>(
    ty: Option<&Value>,
    tail: usize,
    head: T,
    row: &[u8],
) -> Ref<Blob<T>> {
    alloc_blob_of_two(ty, tail, head, row, &[])
}

/// Makes a cell with copies of two rows of bytes, one behind the other.
#[inline]
pub fn alloc_blob_of_two<T: BlobHead>(
    ty: Option<&Value>,
    tail: usize,
    head: T,
    row: &[u8],
    more: &[u8],
) -> Ref<Blob<T>> {
    // SAFETY: the place has room for both rows; all bytes are written.
    unsafe {
        alloc_blob_with(ty, tail, head, row.len() + more.len(), |bytes| {
            bytes.copy_from_nonoverlapping(row.as_ptr(), row.len());
            bytes
                .add(row.len())
                .copy_from_nonoverlapping(more.as_ptr(), more.len());
        })
    }
}

/// # Safety
/// `write` fills `len` bytes from the address that it is given, and does nothing else with it.
#[inline]
unsafe fn alloc_blob_with<T: BlobHead>(
    ty: Option<&Value>,
    tail: usize,
    head: T,
    len: usize,
    write: impl FnOnce(*mut u8),
) -> Ref<Blob<T>> {
    kind::register::<Blob<T>>(blob_size::<T>);
    let payload_size = blob_bytes::<T>(len);
    let size = size_of::<Header>()
        + if tail == 0 {
            payload_size
        } else {
            tail_at(payload_size) + tail_bytes(tail)
        };
    let at = place(size, T::KIND, tail != 0, ty);
    let payload = Header::payload(at);
    // SAFETY: the place has room for the head, `len` bytes from `tail_offset` on and the tail, and nobody else knows
    // of it yet.
    unsafe {
        finish_tail(at, payload_size, tail);
        payload.cast::<Blob<T>>().write(Blob::head_only(head, len));
        write(payload.add(Blob::<T>::tail_offset()));
        Ref::from_value_unchecked(Value::from_raw(at as u64))
    }
}

/// Appends bytes to a blob that only this reference keeps alive, growing its place; else gives it back as it is.
///
/// A small blob is given back too where its cell has no room left. `change` is given the head, to make it fit the bytes.
pub fn extend_blob<T: BlobHead>(
    blob: Ref<Blob<T>>,
    more: &[u8],
    change: impl FnOnce(&mut T),
) -> Result<Ref<Blob<T>>, Ref<Blob<T>>> {
    let header = blob.header();
    let bound = flags::WEAK | flags::FINALIZE | flags::TAIL | flags::GC;
    let bits = header.flags.get();
    let Some(len) = blob.bytes().len().checked_add(more.len()) else {
        return Err(blob);
    };
    if header.count.get() != 1 || bits & bound != 0 || len > isize::MAX as usize / 2 {
        return Err(blob);
    }
    let needed = size_of::<Header>() + blob_bytes::<T>(len);
    let mut at: *const Header = header;
    // SAFETY: the only reference is ours, so nothing else looks at the cell, which may therefore change and move: a blob
    // that is not traced is in no list. A large one's prefix tells the layout that it was made with, and room for `len`
    // bytes is made sure of before they are written. The old reference is forgotten, the new one takes its count over.
    unsafe {
        if bits & flags::LARGE == 0 {
            if needed > (*Page::of(at)).cell_size as usize {
                return Err(blob);
            }
        } else {
            let mut prefix = Large::of(at);
            let old = (*prefix).size;
            if needed > old {
                let size = needed + needed / 8;
                let layout = large_layout(size);
                let new = realloc(prefix.cast(), large_layout(old), layout.size()).cast::<Large>();
                if new.is_null() {
                    return Err(blob);
                }
                (*heap()).stats.bytes += size - old;
                prefix = new;
                (*prefix).size = size;
                at = prefix.wrapping_add(1).cast();
            }
        }
        std::mem::forget(blob);
        let payload = Header::payload(at).cast::<Blob<T>>();
        let end = payload
            .cast::<u8>()
            .add(Blob::<T>::tail_offset() + len - more.len());
        end.copy_from_nonoverlapping(more.as_ptr(), more.len());
        (*payload).len = len;
        change(&mut (*payload).head);
        Ok(Ref::from_value_unchecked(Value::from_raw(at as u64)))
    }
}

/// Releases a cell whose last reference is going: weak references, finaliser, payload, memory.
///
/// # Safety
/// The header's count is 1 and the caller gives that reference up.
#[cold]
#[inline(never)]
unsafe fn release_noticed(header: *const Header) -> bool {
    // SAFETY: live until this function lets go.
    let h = unsafe { &*header };
    let bits = h.flags.get();
    // SAFETY: the caller's reference is lent to the hooks.
    let value = std::mem::ManuallyDrop::new(unsafe { Value::from_raw(header as u64) });
    if bits & flags::FINALIZE != 0 && bits & flags::FINALIZED == 0 {
        h.flags.set(bits | flags::FINALIZED);
        (kind::hooks().finalize)(&value);
        if h.count.get() != 1 {
            // Resurrected: only the reference that was going away goes.
            if h.count.get() < IMMORTAL {
                h.count.set(h.count.get() - 1);
            }
            return false;
        }
    }
    if h.flags.get() & flags::WEAK != 0 {
        crate::weak::forget(header);
        h.flags.set(h.flags.get() & !flags::WEAK);
        (kind::hooks().weakrefs)(&value);
        if h.count.get() != 1 {
            if h.count.get() < IMMORTAL {
                h.count.set(h.count.get() - 1);
            }
            return false;
        }
    }
    true
}

/// Gives up the last reference to a cell.
///
/// # Safety
/// The header's count is 1 and the caller gives that reference up.
#[inline(never)]
pub(crate) unsafe fn release(header: *const Header) {
    // SAFETY: short looks at the heap between which payloads' drops may come back here; no reference is kept.
    unsafe {
        if (*heap()).release_depth >= RELEASE_DEPTH {
            (*heap()).put_off.push(header);
            return;
        }
        (*heap()).release_depth += 1;
        release_now(header);
        (*heap()).release_depth -= 1;
        if (*heap()).release_depth == 0 {
            while let Some(next) = (*heap()).put_off.pop() {
                (*heap()).release_depth += 1;
                release_now(next);
                (*heap()).release_depth -= 1;
            }
        }
    }
}

/// # Safety
/// As for [`release`].
unsafe fn release_now(header: *const Header) {
    // SAFETY: the cell is live, its last reference ours; after the payload's drop nobody can reach it, and its place
    // goes back to where it came from.
    unsafe {
        let h = &*header;
        if h.flags.get() & (flags::WEAK | flags::FINALIZE) != 0 && !release_noticed(header) {
            return;
        }
        h.count.set(0);
        let bits = h.flags.get();
        let ty = h.ty.get();
        for slot in h.tail() {
            slot.set(None);
        }
        (kind::info(h.kind.get()).drop)(Header::payload(header));
        let traced = bits & flags::GC != 0;
        let heap = &mut *heap();
        heap.tracked -= usize::from(traced);
        if bits & flags::LARGE != 0 {
            let prefix = Large::of(header);
            let Large { size, index, .. } = prefix.read();
            if traced {
                heap.large.swap_remove(index as usize);
                if let Some(&moved) = heap.large.get(index as usize) {
                    (*moved).index = index;
                }
            }
            let layout = large_layout(size);
            heap.stats.bytes -= layout.size();
            dealloc(prefix.cast(), layout);
        } else {
            let class = (*Page::of(header)).class as usize;
            let list = &mut heap.classes[usize::from(traced)][class];
            h.ty.set(list.free);
            list.free = header;
        }
        if !ty.is_null() {
            drop(Value::from_raw(ty as u64));
        }
    }
}
