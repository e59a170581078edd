//! What is left when the office revoked this phone and it was emptied: the way to join again.

use super::enrol::CodeForm;
use crate::kit::kit;
use crate::route::Screen;
use leptos::prelude::*;

#[component]
pub fn Emptied() -> impl IntoView {
    let router = kit().router;
    // The screen that was open is not here any more; joining again begins at the beginning.
    if router.screen.get_untracked() != Screen::Today {
        router.go(Screen::Today);
    }
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Dit toestel is afgemeld"</h1>
            <p>
                "Het kantoor heeft dit toestel afgemeld. Alles wat u had ingevuld, is eerst naar het \
                 kantoor gestuurd. Daarna is Aanbel op dit toestel leeggemaakt."
            </p>
            <section class="card" aria-labelledby="opnieuw">
                <h2 id="opnieuw">"Meld dit toestel aan"</h2>
                <p>"Wilt u weer met Aanbel werken? Vraag het kantoor om een nieuwe code."</p>
                <CodeForm />
            </section>
        </main>
    }
}
