//! One calendar of all due dates: the events of the repositories, which move when a review is held.

use crate::render::export::calendar_of;
use icalendar::Event;

/// The calendar of these events.
pub fn calendar(events: Vec<Event>) -> String {
    calendar_of(events)
}
