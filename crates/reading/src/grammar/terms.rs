//! The classes of phrases that the vocabulary knows, and sets of them.

macro_rules! terms {
    ($($(#[$doc:meta])* $term:ident = $name:literal,)*) => {
        /// A class of phrases of the vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Term { $($(#[$doc])* $term,)* }

        /// Every class with its name in `vocabulary.toml`.
        pub(crate) const TERMS: &[(&str, Term)] = &[$(($name, Term::$term),)*];
    };
}

terms! {
    /// Security as a subject.
    Security = "security",
    /// Problems: vulnerabilities, issues, incidents.
    Defect = "defect",
    /// Words that name a security problem by themselves.
    SecurityDefect = "security-defect",
    /// Attacks, compromises, exploitation.
    Attack = "attack",
    /// Software in use.
    Deployed = "deployed",
    /// Analysis of a cause.
    Cause = "cause",
    /// Activities of the development life cycle that find or prevent defects.
    LifeCycle = "life-cycle",
    /// Words that say an activity missed something.
    Missed = "missed",
    /// Words that improve something.
    Improve = "improve",
    /// Headings of improvement sections.
    ImproveHeading = "improve-heading",
    /// Titles of a review of the process.
    ReviewTitle = "review-title",
    /// Titles of management reviews and meetings.
    MeetingTitle = "meeting-title",
    /// Titles of post-mortems and incident reports.
    IncidentTitle = "incident-title",
    /// Titles of periodic reports.
    ReportTitle = "report-title",
    /// Titles of procedures.
    ProcedureTitle = "procedure-title",
    /// Titles of templates.
    TemplateTitle = "template-title",
    /// Titles of documents that are neither.
    OtherTitle = "other-title",
    /// Titles of code reviews, audits and assessments.
    AuditTitle = "audit-title",
    /// A code review before deployment.
    CodeReview = "code-review",
    /// The handling of problems as a process.
    Handling = "handling",
    /// Recurrence.
    Periodic = "periodic",
    /// Something has happened.
    Past = "past",
    /// Something ought to happen.
    Obligation = "obligation",
    /// Something is going to happen.
    Plan = "plan",
    /// Negation.
    Negation = "negation",
    /// A condition.
    Condition = "condition",
    /// Not real: an example, a simulation, a sample.
    Example = "example",
    /// A draft.
    Draft = "draft",
    /// A status that holds.
    InForce = "in-force",
    /// The review itself has not happened.
    NotHeld = "not-held",
    /// A placeholder.
    Placeholder = "placeholder",
    /// Not examined, out of scope.
    NotExamined = "not-examined",
    /// Completeness as a subject.
    Completeness = "completeness",
    /// Efficiency and timeliness as a subject.
    Efficiency = "efficiency",
    /// Resolution as a subject.
    Resolution = "resolution",
    /// Statements that handling was complete.
    CompleteGood = "complete-good",
    /// Statements that handling was incomplete.
    CompleteBad = "complete-bad",
    /// Statements that handling was timely.
    EfficientGood = "efficient-good",
    /// Statements that handling was slow.
    EfficientBad = "efficient-bad",
    /// Statements that handling led to resolution.
    ResolvedGood = "resolved-good",
    /// Statements that something stays unresolved.
    ResolvedBad = "resolved-bad",
    /// All issues are resolved.
    AllResolved = "all-resolved",
    /// All issues were within the targets.
    WithinTargets = "within-targets",
    /// There were no issues.
    NoIssues = "no-issues",
    /// States that some issues may be in: "no issue was open" does not say that there was none.
    StillOpen = "still-open",
    /// All issues were examined.
    AllExamined = "all-examined",
    /// Exceptions that weaken a claim.
    Exception = "exception",
    /// Headings of action lists.
    ActionHeading = "action-heading",
    /// Headings of the follow-up of earlier actions.
    FollowUp = "follow-up",
    /// Headings of lists of participants.
    Participants = "participants-heading",
    /// Outages and failures that are not about security.
    Outage = "outage",
    /// Features of a product.
    Feature = "feature",
    /// Figures about the handling.
    Metric = "metric",
    /// The first person, as people write about what they did.
    We = "we",
    /// An organisation's security, not a product's.
    Organisation = "organisation",
    /// Instructions to whoever fills in a form.
    Instruction = "instruction",
    /// Verbs by which a text tells what happened.
    Told = "told",
    /// Demands that no verb of the past weakens.
    StrongObligation = "strong-obligation",
    /// Verbs that command when they begin a sentence.
    Imperative = "imperative",
    /// Headings of procedures.
    ProcedureHeading = "procedure-heading",
    /// Headings of records.
    RecordHeading = "record-heading",
    /// Headings of documents that are neither.
    OtherHeading = "other-heading",
    /// Learning from defects, as procedures demand it.
    Learn = "learn",
    /// Looking back at one incident.
    PostMortem = "post-mortem",
    /// Incidents.
    Incident = "incident",
    /// What a user does on a screen.
    Interface = "interface",
    /// Figures on how long the handling took.
    TimeFigure = "time-figure",
    /// Figures on how much was resolved.
    ClosedFigure = "closed-figure",
    /// States of an entry that is dealt with.
    Done = "done",
    /// The reader, addressed.
    You = "you",
    /// A product or part of it as the subject of a demand.
    Product = "product",
    /// How procedures speak of themselves.
    SelfProcedure = "self-procedure",
    /// How templates speak of themselves.
    SelfTemplate = "self-template",
    /// How other documents speak of themselves.
    SelfOther = "self-other",
    /// Words by which a document may be worth reading at all.
    Worth = "worth",
    /// People from outside: external auditors, third parties.
    External = "external",
    /// Looking back at one defect: post-mortem, retrospective, analysis of its cause.
    LookBack = "look-back",
    /// Titles that name a defect: an advisory's as well as an analysis's.
    DefectTitle = "defect-title",
    /// What users are told to do about a security defect: announcements and advisories.
    Advice = "advice",
    /// Roles that carry out a process.
    Role = "role",
    /// Names of the fields of a record: what happened, how bad, who looked.
    RecordField = "record-field",
    /// Names of the fields of one finding among many: an audit's, a review's.
    FindingField = "finding-field",
    /// Names of the fields of a document under control: owner, effective date, review cycle.
    ControlField = "control-field",
    /// Looking at many things again.
    ReviewAct = "review-act",
    /// Judging: a review only where the handling is judged.
    JudgeAct = "judge-act",
    /// Security problems as what is reviewed.
    ReviewSubject = "review-subject",
    /// What makes a look at problems a look back: those of a stretch of time, all of them, the closed ones.
    Whole = "whole",
    /// The handling of security problems as what is reviewed or judged.
    HandlingSubject = "handling-subject",
    /// Words for holding what is held now and again: "takes place", "frequency".
    TakesPlace = "takes-place",
    /// Now and again, without saying how often.
    Regularly = "regularly",
    /// A management review.
    ManagementReview = "management-review",
    /// What else is reviewed now and again: access rights, logs, suppliers, the document itself.
    OtherSubject = "other-subject",
    /// The review that a record is about.
    ThisReview = "this-review",
    /// The document, as it speaks of itself.
    ThisRecord = "this-record",
    /// What a record is made of.
    RecordMatter = "record-matter",
    /// What else is held, postponed or drafted.
    AnotherEvent = "another-event",
    /// Another time than this review's, or another review besides it.
    EarlierTime = "earlier-time",
    /// The time after this review.
    NextTime = "next-time",
    /// Verbs by which a review is held.
    HeldAct = "held-act",
    /// Words that turn a verb round.
    Not = "not",
    /// Wordings that say by themselves that nothing was held.
    NeverHeld = "never-held",
    /// Verbs by which a review is put off or dropped.
    CalledOff = "called-off",
    /// Too few took part.
    NoQuorum = "no-quorum",
    /// How a review was held although a word turns the verb round.
    HeldOtherwise = "held-otherwise",
    /// Words that leave open whether what is said of the review was so.
    Doubt = "doubt",
    /// That there was no person.
    NoPerson = "no-person",
    /// What one writes before a meeting to those who shall come.
    Bids = "bids",
    /// What a review finds or does not find.
    Finds = "finds",
    /// What lies ahead.
    ToCome = "to-come",
    /// What a text calls itself that is no record yet.
    NoRecord = "no-record",
    /// Wordings that invite.
    Invites = "invites",
    /// What is not real.
    MadeUp = "made-up",
    /// Written by a machine.
    Generated = "generated",
    /// Read by nobody.
    ReadByNobody = "read-by-nobody",
    /// What takes a document out of force.
    NotInForce = "not-in-force",
    /// An approval that somebody waits for.
    Awaiting = "awaiting",
    /// What is supposed and no fact.
    Supposing = "supposing",
    /// Prepositions.
    Preposition = "preposition",
    /// Articles and what stands like them.
    Article = "article",
    /// Pronouns.
    Pronoun = "pronoun",
    /// Words at which a new statement begins.
    ClauseStart = "clause-start",
    /// Auxiliaries of the passive.
    Passive = "passive",
    /// Approving.
    Approves = "approves",
    /// What stands for an approver and is none.
    NoApprover = "no-approver",
    /// Headings below which people sign.
    SignHeading = "sign-heading",
    /// Columns that hold names.
    NameColumn = "name-column",
    /// Columns that hold dates.
    DateColumn = "date-column",
    /// Headings of what controls the document itself.
    DocumentHeading = "document-heading",
    /// What stands where a value belongs and is none.
    Gap = "gap",
    /// Titles of texts that come before a review, or instead of it.
    NoRecordTitle = "no-record-title",
    /// What else is reviewed and is called a security review.
    AnotherSubject = "another-subject",
    /// What a sentence on an approval may be about.
    ApprovedThing = "approved-thing",
    /// Small words that tie a noun to the one before it.
    Belonging = "belonging",
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks([u128; 2]);

impl Marks {
    /// Contains the class?
    pub(crate) fn has(self, term: Term) -> bool {
        let (half, bit) = place(term);
        self.0[half] & bit != 0
    }

    /// Contains any of the classes?
    pub(crate) fn any(self, terms: &[Term]) -> bool {
        terms.iter().any(|term| self.has(*term))
    }

    /// Adds a class.
    pub(crate) fn add(&mut self, term: Term) {
        let (half, bit) = place(term);
        self.0[half] |= bit;
    }

    /// Adds all classes of another set.
    pub(crate) fn join(&mut self, other: Marks) {
        self.0[0] |= other.0[0];
        self.0[1] |= other.0[1];
    }
}

/// Where a class has its bit.
fn place(term: Term) -> (usize, u128) {
    (usize::from(term as u8 >> 7), 1 << (term as u8 & 127))
}
