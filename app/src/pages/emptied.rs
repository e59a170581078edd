//! What is left when this phone was emptied, by the office or by its owner: the way to join again.

use super::lock::{HeldVault, NewPin, Sealed};
use crate::store::vault;
use crate::ui::prelude::*;

#[component]
pub fn Emptied(why: vault::Emptied, vault: HeldVault, done: Callback<()>) -> impl IntoView {
    let (title, words) = match why {
        vault::Emptied::Revoked => (
            "Dit toestel is afgemeld",
            "Het kantoor heeft dit toestel afgemeld. Alles wat hier was bewaard, is eerst naar \
             het kantoor gestuurd. Daarna is Aanbel op dit toestel leeggemaakt.",
        ),
        vault::Emptied::HandedIn => (
            "Dit toestel is ingeleverd",
            "Aanbel is op dit toestel leeggemaakt. Er staan geen gegevens van bewoners meer op.",
        ),
    };
    let told = RwSignal::new(None::<bool>);
    let last = move || match (told.get()?, why) {
        (false, _) => Some("Laat Aanbel nog staan en open het één keer met internet."),
        (true, vault::Emptied::HandedIn) => {
            Some("U kunt Aanbel nu van uw beginscherm verwijderen.")
        }
        (true, vault::Emptied::Revoked) => None,
    };
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">{title}</h1>
            <p>{words}</p>
            <Sealed vault told />
            {move || last().map(|words| view! { <p role="status">{words}</p> })}
            <section class="card" aria-labelledby="opnieuw">
                <h2 id="opnieuw">"Opnieuw beginnen"</h2>
                <p>"Wilt u weer met Aanbel werken? Vraag het kantoor om een nieuwe code. Kies hier eerst een pincode."</p>
                <NewPin vault done />
            </section>
        </main>
    }
}
