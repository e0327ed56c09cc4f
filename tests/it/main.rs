//! The tests of the whole: the binary as it is run, the book beside what it says, the libraries from outside.
//! One binary, because each would link everything anew.
#![allow(unreachable_pub, reason = "modules of one binary")]

mod action;
mod actions;
mod approvals;
mod book;
mod canary;
mod cli;
mod confirm;
mod demo;
mod disk;
mod docs;
mod dossier;
mod draft;
mod exports;
mod formats;
mod gate;
mod gate_base;
mod gate_issues;
mod gate_speaks;
mod git_oracle;
mod github;
mod history;
mod house;
mod init;
mod library;
mod logs;
mod metrics;
mod reading_corpus;
mod reading_inserted;
mod reading_metamorphic;
mod reading_properties;
mod reading_records;
mod reading_references;
mod reading_reports;
mod reading_styles;
mod repositories;
mod self_test;
mod servers;
mod servers_write;
mod subjects;
mod summary;
mod support;
mod timeline;
mod work_tree;
mod writeback;
