//! What a live host can be asked for: the methods that `live:` names.

use serde::Deserialize;

macro_rules! methods {
    ($($(#[$doc:meta])* $variant:ident $word:literal $unit:expr,)+) => {
        /// A way to measure the live host or the application's processes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum LiveMethod {
            $($(#[$doc])* #[serde(rename = $word)] $variant),+
        }

        impl LiveMethod {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As profiles write it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The unit of its values, as rules write it; none for plain numbers.
            pub const fn unit(self) -> Option<&'static str> {
                match self { $(Self::$variant => $unit),+ }
            }
        }
    };
}

methods! {
    /// Part of the processors' time that was not idle.
    HostCpu "host_cpu" Some("%"),
    /// Part of the processors' time that the machine below took away.
    HostSteal "host_steal" Some("%"),
    /// Main memory that is not available to programs.
    HostMemory "host_memory" Some("%"),
    /// Swap space in use.
    HostSwap "host_swap" Some("%"),
    /// Tasks that run or wait, on average.
    HostLoad "host_load" None,
    /// The same over five minutes, for each processor.
    HostLoadPerCpu "host_load_per_cpu" None,
    /// Part of the last ten seconds in which a task waited for a processor.
    HostPressureCpu "host_pressure_cpu" Some("%"),
    /// In which a task waited for memory.
    HostPressureMemory "host_pressure_memory" Some("%"),
    /// In which a task waited for a disk.
    HostPressureIo "host_pressure_io" Some("%"),
    /// Space that unprivileged programs can still write, for each file system.
    HostDisk "host_disk" Some("%"),
    /// Free inodes, for each file system that counts them.
    HostInodes "host_inodes" Some("%"),
    /// 1 for each file system that takes no writes.
    HostReadOnly "host_read_only" None,
    /// Seconds since the kernel started.
    HostUptime "host_uptime" Some("s"),
    /// Processes of the application.
    ProcessCount "process_count" None,
    /// Processor time of one process; 100 is one processor.
    ProcessCpu "process_cpu" Some("%"),
    /// Main memory that one process holds.
    ProcessMemory "process_memory" Some("B"),
    /// Threads of one process.
    ProcessThreads "process_threads" None,
    /// Open files of one process.
    ProcessOpenFiles "process_open_files" None,
    /// How often one process waited for something: a loop that stands still does not.
    ProcessSwitches "process_switches" Some("/s"),
    /// Bytes that one process read by system calls, each second.
    ProcessReadRate "process_read_rate" None,
    /// Bytes that one process wrote by system calls, each second.
    ProcessWriteRate "process_write_rate" None,
    /// Time to open a connection.
    ConnectTime "connect_time" Some("ms"),
    /// Files that differ from a baseline.
    FileBaseline "file_baseline" None,
    /// Frames that a process draws, told by its writes.
    ProcessWrites "process_writes" None,
}

impl LiveMethod {
    /// This version samples it. A metric of another method stays unknown.
    pub const fn is_sampled(self) -> bool {
        !matches!(self, Self::ConnectTime | Self::FileBaseline | Self::ProcessWrites)
    }
}
