//! Tests of the page as a whole; those of the statement in `statement`.

mod page;
mod proven;
