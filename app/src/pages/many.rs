//! Several records of one kind under another: referrals and notes under a talk.

use super::now::{moment, new_id};
use super::outcomes::withdrawal;
use super::records::RecordBadge;
use crate::form::{FormFields, Subject, words};
use crate::kit::{Kit, kit};
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Device;
use leptos::task::spawn_local;

/// Records of `kind` whose field `points` refers to `to`. One that is being begun is no record yet:
/// it comes to be with its first answer.
#[component]
pub fn Many(
    kind: &'static str,
    points: &'static str,
    to: RecordId,
    worklist: WorklistId,
    add: &'static str,
    /// What stands above the fields of each, made for its record.
    #[prop(optional)]
    above: Option<Callback<Subject, AnyView>>,
    /// What stands below them.
    #[prop(optional)]
    below: Option<Callback<Subject, AnyView>>,
    /// Fields that those two show themselves.
    #[prop(optional)]
    skip: &'static [&'static str],
) -> impl IntoView {
    let session = kit().session;
    let begun = RwSignal::new(Vec::<RecordId>::new());
    let listed = Memo::new(move |_| {
        let begun = begun.get();
        session.device.with(|device| {
            let records = device.records();
            let mut ids: Vec<RecordId> =
                records.pointing(kind, points, to).map(|record| record.id).collect();
            let fresh = begun.into_iter().filter(|id| records.get(*id).is_none());
            ids.extend(fresh);
            ids.sort_unstable();
            ids
        })
    });
    let begin = move |_| begun.update(|ids| ids.push(new_id(moment(session))));
    view! {
        <For each=move || listed.get() key=|id| *id let:id>
            <One subject=Subject::new(id, kind, worklist).with_base(points, Value::Reference(to)) begun above below skip />
        </For>
        <button type="button" class="button button--wide" on:click=handle(begin)>{add}</button>
    }
}

#[component]
fn One(
    subject: Subject,
    begun: RwSignal<Vec<RecordId>>,
    above: Option<Callback<Subject, AnyView>>,
    below: Option<Callback<Subject, AnyView>>,
    skip: &'static [&'static str],
) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let id = subject.record;
    let is_kept =
        Memo::new(move |_| session.device.with(|device| device.records().get(id).is_some()));
    let for_removal = StoredValue::new(subject.clone());
    let remove = move |_| {
        if !is_kept.get_untracked() {
            begun.update(|ids| ids.retain(|one| *one != id));
            return;
        }
        let subject = for_removal.get_value();
        let title = words::title(subject.kind).to_owned();
        let gone = withdrawal(&subject);
        let mut undo = gone.clone();
        undo = undo.with("withdrawn", Value::Bool(false));
        spawn_local(async move {
            match session.commit(vec![gone]).await {
                Ok(()) => toast.say(format!("{title} weggehaald."), vec![undo]),
                Err(error) => toast.say(error.sentence_nl(), Vec::new()),
            }
        });
    };
    let forbidden = Memo::new(move |_| session.device.with(|device| without_consent(device, id)));
    view! {
        <div class="card">
            {above.map(|above| above.run(subject.clone()))}
            <FormFields subject=subject.clone() skip />
            {below.map(|below| below.run(subject))}
            {move || forbidden.get().then(|| view! {
                <Banner tone=Tone::Warn>
                    <p>"Zonder toestemming mag u niet doorverwijzen."</p>
                </Banner>
            })}
            <p class="card__foot">
                {move || is_kept.get().then(|| view! { <RecordBadge id /> })}
                <button type="button" class="button--quiet" on:click=handle(remove)>
                    <Symbol icon=Icon::Cross />
                    "Weghalen"
                </button>
            </p>
        </div>
    }
}

/// A referral that the resident said no to.
fn without_consent(device: &Device, id: RecordId) -> bool {
    let referral = device.records().get(id).filter(|record| record.kind == "referral");
    referral.is_some_and(|referral| referral.bool("consent") == Some(false))
}
