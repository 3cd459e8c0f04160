//! The allocator of the servers: mimalloc, as the application has it. With the feature `count` it counts, and tells how often and how
//! many bytes to whoever connects to the address in `BENCH_COUNTER`.

use std::{
    alloc::{GlobalAlloc, Layout},
    env,
    io::{self, Write as _},
    net::TcpListener,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
};

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Passes everything on to mimalloc.
struct Counting;

fn note(bytes: usize) {
    if cfg!(feature = "count") {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Relaxed);
    }
}

#[expect(
    unsafe_code,
    reason = "an allocator is written no other way, and this one is in no program that ships"
)]
// SAFETY: every call goes to mimalloc with the same arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        unsafe { MiMalloc.realloc(pointer, layout, size) }
    }
}

/// Listens for those who ask for the count.
///
/// # Errors
/// When the address is taken.
pub fn report() -> io::Result<()> {
    let Ok(address) = env::var("BENCH_COUNTER") else {
        return Ok(());
    };
    let listener = TcpListener::bind(address)?;
    thread::spawn(move || {
        for mut asking in listener.incoming().flatten() {
            let count = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
            let _ = writeln!(asking, "{} {}", count.0, count.1);
        }
    });
    Ok(())
}
