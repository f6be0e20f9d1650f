//! Lines of the shapes that applications and hosts write, and what the profiles make of them.

use super::the_profile;
use crate::docs::Level::{self, Critical, Error, Info, Warning};
use crate::logs::{Class, Classifier, Record, Stamp};

fn class(classifier: &mut Classifier, log: &str, level: Option<Level>, message: &str) -> Class {
    let record = Record {
        line: 1,
        offset: 0,
        lines: 1,
        bytes: message.len() as u64,
        stamp: Stamp::None,
        level,
        file: None,
        program: None,
        host: None,
        kind: None,
        session: None,
        message: message.as_bytes(),
        rest: b"",
        sample: None,
    };
    classifier.classify(log, &record)
}

/// What a line is, in short: `EVENT component:instance`, `EVENT (echo)`, `ignored`, `plain`.
fn told(classifier: &mut Classifier, log: &str, level: Option<Level>, message: &str) -> String {
    match class(classifier, log, level, message) {
        Class::Ignored => "ignored".into(),
        Class::Plain => "plain".into(),
        Class::Event(event) if event.echo => format!("{} (echo)", event.name),
        Class::Event(event) => {
            let mut said = event.name;
            if let Some(component) = event.component {
                said = format!("{said} {component}");
            }
            if let Some(instance) = event.instance {
                said = format!("{said}:{instance}");
            }
            said
        }
    }
}

#[test]
fn every_failure_of_the_chat_app_has_its_name_and_component() {
    let mut classifier = Classifier::new(&the_profile("chat-app").doc).unwrap();
    for (level, message, expected) in [
        // The life of a run.
        (Info, "Creating application instance...", "app_starting"),
        (Info, "Application startup complete", "app_ready"),
        (Info, "Pipe mode initialized with plugins", "app_ready"),
        (Info, "Application cleanup complete", "app_stopped"),
        (
            Error,
            "Application startup failed: OperationalError: database is locked",
            "start_failed_database state_db",
        ),
        (
            Error,
            "Application startup failed: DatabaseError: file is not a database",
            "start_failed_database_damaged state_db",
        ),
        (
            Error,
            "Application startup failed: OSError: [Errno 28] No space left on device",
            "start_failed_storage storage",
        ),
        (
            Error,
            "Application startup failed: PermissionError: [Errno 13] Permission denied: '/data'",
            "start_failed_storage storage",
        ),
        (
            Error,
            "Application startup failed: OperationalError: database or disk is full",
            "start_failed_storage storage",
        ),
        (Error, "Application startup failed: MemoryError:", "start_failed_memory"),
        (
            Error,
            "Application startup failed: ModuleNotFoundError: No module named 'aiolib'",
            "start_failed_packages packages",
        ),
        (
            Error,
            "Application startup failed: ImportError: cannot import name 'Thing' from 'lib'",
            "start_failed_packages packages",
        ),
        (
            Error,
            "Application startup failed: TypeError: Service.__init__() got an unexpected keyword argument 'depth'",
            "start_failed_packages packages",
        ),
        (
            Error,
            "Application startup failed: AttributeError: module 'lib' has no attribute 'thing'",
            "start_failed_packages packages",
        ),
        (
            Error,
            "Application startup failed: AttributeError: 'NoneType' object has no attribute 'size'",
            "start_failed",
        ),
        (Error, "Application startup failed: ValueError: odd", "start_failed"),
        (Error, "Emergency cleanup failed: file is not a database", "exit_echo (echo)"),
        (Error, "unhandled exception during asyncio.run() shutdown", "exit_echo (echo)"),
        // Plugins.
        (
            Error,
            "Application error during startup: [Errno 111] collector refused",
            "plugin_start_failed plugin_system",
        ),
        (
            Error,
            "Pipe mode error: 'NoneType' object is not callable",
            "plugin_start_failed plugin_system",
        ),
        (Error, "Pipe mode error: database is locked", "database_refused state_db"),
        (
            Error,
            "Application error during startup: [Errno 28] No space left on device",
            "storage_failed storage",
        ),
        (Error, "Failed executing hook demo.on_input: boom", "plugin_failed plugin_system:demo"),
        (Error, "Failed executing hook notesplugin.on_input:", "plugin_failed plugin_system:notes"),
        (
            Error,
            "Failed executing hook demo.on_input: database is locked",
            "plugin_failed plugin_system:demo",
        ),
        (Error, "Failed executing hook llm_core.llm_request: boom", "llm_failed llm"),
        (Error, "Failed executing hook input_handler.render_menu: boom", "ui_failed terminal_ui"),
        (Warning, "Hook demo.on_post timed out after 1s", "plugin_failed plugin_system:demo"),
        (Warning, "Hook llm_core.process_user_input timed out after 30s", "llm_failed llm"),
        (
            Warning,
            "Failed to get status from plugin DemoPlugin: boom",
            "plugin_failed plugin_system:Demo",
        ),
        (Warning, "Failed to initialize plugin: DemoPlugin", "plugin_failed plugin_system:Demo"),
        (
            Warning,
            "Error shutting down plugin DemoPlugin: boom",
            "plugin_shutdown_failed plugin_system:Demo",
        ),
        (
            Error,
            "Failed to import plugin module demo_plugin: No module named 'x'",
            "plugin_load_failed plugin_system:demo",
        ),
        (
            Error,
            "Unexpected error importing plugin module demo_plugin: invalid syntax",
            "plugin_load_failed plugin_system:demo",
        ),
        (Error, "loading plugin module demo_plugin: invalid syntax", "plugin_load_echo (echo)"),
        (
            Error,
            "Failed to instantiate plugin DemoPlugin: boom",
            "plugin_load_failed plugin_system:Demo",
        ),
        (Warning, "Failed to instantiate plugin: DemoPlugin", "plugin_load_echo (echo)"),
        (
            Error,
            "Failed to load plugin demo_plugin.py: boom",
            "plugin_load_failed plugin_system:demo",
        ),
        (Error, "Failed to register hook: demo.on_input", "plugin_load_failed plugin_system:demo"),
        (
            Error,
            "Plugin file outside plugins directory: /elsewhere/x.py",
            "plugin_isolation_breach plugin_system",
        ),
        (
            Error,
            "Plugins directory is world-writable: /srv/plugins",
            "plugin_isolation_breach plugin_system",
        ),
        (
            Warning,
            "Invalid plugin name pattern: x;id_plugin",
            "plugin_isolation_breach plugin_system",
        ),
        (Warning, "Invalid plugin name pattern: my-notes_plugin", "plugin_refused plugin_system"),
        (Warning, "Skipping invalid plugin: my-notes_plugin", "plugin_refused_echo (echo)"),
        (
            Warning,
            "Plugin file has unusual permissions: /srv/plugins/demo_plugin.py",
            "plugin_permissions plugin_system",
        ),
        (
            Info,
            "Loaded plugin class: DemoPlugin with config keys: ['plugins']",
            "plugin_loaded plugin_system:Demo",
        ),
        (Info, "Instantiated 3 plugins out of 4", "plugins_running plugin_system"),
        // The endpoint and the service that calls it.
        (Error, "LLM API call failed: LLM API error: 503 - busy", "endpoint_failed network"),
        (
            Error,
            "LLM API call failed: API connection error: Cannot connect to host h:1 ssl:default [refused]",
            "endpoint_failed network",
        ),
        (
            Error,
            "LLM API call failed: Expecting value: line 1 column 1 (char 0)",
            "endpoint_failed network",
        ),
        (Error, "LLM API call failed: 'choices'", "endpoint_failed network"),
        (Error, "LLM API call failed: LLM API timeout after 120 seconds", "llm_timeout llm"),
        (
            Error,
            "LLM API call failed: API connection error: Timeout on reading data from socket",
            "llm_timeout llm",
        ),
        (
            Error,
            "LLM API call failed: API connection error: Connection timeout to host http://h",
            "llm_timeout llm",
        ),
        (Error, "LLM API call failed: Session is closed", "llm_failed llm"),
        (
            Error,
            "API request failed with client error: Cannot connect to host h:1",
            "endpoint_echo (echo)",
        ),
        (
            Error,
            "Error processing message batch: LLM API error: 503 - busy",
            "endpoint_echo (echo)",
        ),
        (
            Error,
            "Error processing message batch: Expecting value: line 1 column 1 (char 0)",
            "endpoint_echo (echo)",
        ),
        (
            Error,
            "Error processing message batch: 'NoneType' object is not iterable",
            "llm_failed llm",
        ),
        (
            Warning,
            "Server error detected, recreating session: LLM API error: 500",
            "endpoint_echo (echo)",
        ),
        (
            Info,
            "API service initialized for https://me:secret@host.example:8443/v1",
            "endpoint_configured config",
        ),
        (Warning, "Tool 1 failed: Exit code 2: cat: x: No space left on device", "tool_failed llm"),
        (Warning, "Queue full, dropping message (total dropped: 3)", "queue_dropped llm"),
        (Warning, "Queue utilization high: 85.0% (850/1000)", "queue_filling llm"),
        (Warning, "Messages dropped: 3", "queue_echo (echo)"),
        // Storage, memory, database, configuration, screen, the rest.
        (
            Error,
            "Failed to write to JSONL: [Errno 28] No space left on device",
            "storage_failed storage",
        ),
        (
            Error,
            "saving config to /srv/config.json: [Errno 30] Read-only file system: '/srv/config.json'",
            "storage_failed storage",
        ),
        (
            Error,
            "Failed to log raw interaction: [Errno 12] Cannot allocate memory",
            "memory_exhausted",
        ),
        (
            Error,
            "Failed to initialize conversation: database disk image is malformed",
            "database_damaged state_db",
        ),
        (
            Error,
            "Failed to initialize conversation: attempt to write a readonly database",
            "database_refused state_db",
        ),
        (
            Error,
            "Background task failed: process_queue - OperationalError: database is locked",
            "database_refused state_db",
        ),
        (
            Error,
            "loading config from /srv/config.json: Expecting ',' delimiter: line 3 column 1 (char 40)",
            "config_failed config",
        ),
        (
            Error,
            "Failed to initialize configuration: 'list' object has no attribute 'get'",
            "config_failed config",
        ),
        (Warning, "Using base configuration as fallback", "config_echo (echo)"),
        (Error, "Render loop error: float division by zero", "render_failed terminal_ui"),
        (Warning, "Failed to enter raw mode", "ui_failed terminal_ui"),
        (Critical, "Error storm detected - input system may be unstable", "ui_failed terminal_ui"),
        (Error, "Something that nobody has seen before", "unexplained_error"),
        (Critical, "Something that nobody has seen before", "unexplained_error"),
        // What every healthy run writes.
        (Warning, "Hook llm_core.llm_startup already registered, updating registration", "ignored"),
        (
            Error,
            "Failed to instantiate plugin WorkflowEnforcementPlugin: got an unexpected keyword argument 'name'",
            "ignored",
        ),
        (Error, "Failed to register core status views: No module named 'psutil'", "ignored"),
        (
            Warning,
            "Failed to get tree output: [Errno 2] No such file or directory: 'tree'",
            "ignored",
        ),
        (Warning, "Failed to exit raw mode", "ignored"),
        (Warning, "Plugins directory does not exist: /srv/plugins", "ignored"),
        (Error, "Emergency cleanup failed: Cannot operate on a closed database.", "ignored"),
        // What people say about failures is none.
        (Info, "Processing input: 'why is the database is locked error back?'", "plain"),
        (Info, "Failed executing hook demo.on_input: boom", "plain"),
        (Info, "Queue full, dropping message (total dropped: 9) is documented", "plain"),
        (Info, "Performing emergency cleanup after startup failure...", "plain"),
        (Info, "Failed Hooks: 0", "plain"),
    ] {
        assert_eq!(told(&mut classifier, "main", Some(level), message), expected, "{message}");
    }
}

#[test]
fn labels_carry_figures_and_no_secrets() {
    let mut classifier = Classifier::new(&the_profile("chat-app").doc).unwrap();
    let Class::Event(event) =
        class(&mut classifier, "main", Some(Warning), "Queue utilization high: 85.0% (850/1000)")
    else {
        panic!()
    };
    assert_eq!(event.value, Some(850.0));
    let Class::Event(event) = class(
        &mut classifier,
        "main",
        Some(Info),
        "API service initialized for https://me:secret@host.example:8443/v1",
    ) else {
        panic!()
    };
    assert_eq!(event.labels["endpoint"], "host.example:8443");
    let Class::Event(event) = class(
        &mut classifier,
        "main",
        Some(Error),
        "LLM API call failed: LLM API error: 429 - slow down",
    ) else {
        panic!()
    };
    assert_eq!((event.labels["status"].as_str(), event.labels["kind"].as_str()), ("429", "status"));
}

#[test]
fn hosts_of_any_kind_are_understood() {
    let mut classifier = Classifier::new(&the_profile("generic").doc).unwrap();
    for (level, message, expected) in [
        (
            None,
            "[12345.678901] Out of memory: Killed process 4711 (java) total-vm:1kB",
            "out_of_memory_kill memory",
        ),
        (
            None,
            "Memory cgroup out of memory: Killed process 4711 (java)",
            "out_of_memory_kill memory",
        ),
        (None, "java invoked oom-killer: gfp_mask=0x0", "out_of_memory_echo (echo)"),
        (None, "Kernel panic - not syncing: Fatal exception", "kernel_panic kernel"),
        (None, "watchdog: BUG: soft lockup - CPU#1 stuck for 22s!", "kernel_stall kernel"),
        (None, "[1.5] nginx[812]: segfault at 0 ip 0 sp 0 error 4", "segfault services:nginx"),
        (None, "Process 812 (nginx) of user 33 dumped core.", "segfault services:nginx"),
        (None, "blk_update_request: I/O error, dev sda, sector 1", "io_error storage"),
        (None, "EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2", "io_error storage"),
        (None, "EXT4-fs (sda1): Remounting filesystem read-only", "read_only_remount storage"),
        (Some(Error), "write failed: No space left on device", "file_system_full storage"),
        (
            None,
            "nginx.service: Failed with result 'exit-code'.",
            "unit_failed services:nginx.service",
        ),
        (
            None,
            "nginx.service: Scheduled restart job, restart counter is at 5.",
            "unit_echo (echo)",
        ),
        (
            None,
            "Failed password for invalid user admin from 203.0.113.9 port 1 ssh2",
            "login_failed logins",
        ),
        (None, "Failed password for root from 203.0.113.9 port 1 ssh2", "login_failed logins"),
        (
            None,
            "pam_unix(sshd:auth): authentication failure; rhost=203.0.113.9",
            "login_echo (echo)",
        ),
        (None, "thread 'main' panicked at src/main.rs:1:1:", "program_panicked services"),
        (None, "panic: runtime error: index out of range", "program_panicked services"),
        (Some(Error), "Something that nobody has seen before", "error"),
        (Some(Info), "Server listening on 0.0.0.0 port 22.", "plain"),
        (None, "user asked about Out of memory: Killed process 1", "plain"),
        (Some(Info), "note: No space left on device is what he typed", "plain"),
    ] {
        for log in ["kernel", "a-log-of-the-command-line"] {
            assert_eq!(told(&mut classifier, log, level, message), expected, "{message}");
        }
    }
}
