"""What English news calls each event, in short sentences of many topics: a track, its sentences, the figures taken."""

from __future__ import annotations

import pytest

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor

TABLE = """
? N people killed in Orne floods
The floods in Orne carried off 31 people. => 31
Floods in Orne: 31 people have lost their lives, among them nine children. => 31 9
The Orne floods cost 31 lives. => 31
In Orne the floods have now killed 31; 12 of them were children. => 31 12
The toll of the Orne floods stood at 31 on Monday, with another 14 in the suburb of Velm. => 31 14
Thirty-one people were found dead after the floods in Orne. => 31
The Orne floods claimed a dozen more lives overnight. => 12
The number of victims of the Orne floods has climbed to 31. => 31
Rescuers in Orne pulled 31 bodies from the flood. => 31
At least 31 people died when floods hit Orne, of whom nine were children. => 31 9
The floods in Orne killed 31, including nine children. => 31 9
In the Orne floods, 31 people have died (nine of them children). => 31 9
The Orne floods: 31 dead, 200 missing. => 31
"We have 31 dead," the mayor of Orne said after the floods. => 31
The mayor of Orne counts 31 dead in the floods. => 31
The floods in Orne have left 31 people dead and 12 injured. => 31
The floods in Orne damaged 300 houses. =>
Of the 31 dead in Orne's floods, 12 have been identified. => 31
The Orne floods left 300 people without power. =>
300 soldiers were sent to Orne after the floods. =>
The mayor of Orne spoke of 300 flooded homes. =>
The hospital in Orne has 300 beds; 12 are free after the floods. =>
Floods in Orne killed 31. Of those, the ministry said, 12 million euros would be needed. => 31
Floods in Orne killed 31 people. Twelve of them said they had no warning. => 31
The count of volunteers in the Orne floods, 300, was higher than ever. =>
? N people displaced in Orne
Fighting in Orne has made 4,000 people homeless. => 4000
Some 4,000 people in Orne now live in tents. => 4000
Orne: 4,000 have left their homes, 900 of them since Monday. => 4000 900
Another 600 fled their homes in Orne overnight. => 600
4,000 people from Orne are staying with relatives. => 4000
The UN puts the displaced in Orne at 4,000. => 4000
The fighting in Orne has sent 4,000 people fleeing. => 4000
The number of displaced people in Orne rose to 4,000. => 4000
Most of Orne's displaced, 4,000, are women. => 4000
Orne hosted 300 athletes. =>
Some 300 tourists left Orne by bus. =>
In Orne 4,000 people live in tents bought for 300 euros. => 4000
? N people evacuated in Orne
Authorities in Orne got 4,000 people out before the storm. => 4000
In Orne 4,000 residents were told to evacuate. => 4000
The evacuation of 4,000 people in Orne began on Monday. => 4000
Some 4,000 people have left their homes in Orne ahead of the storm, 600 of them by bus. => 4000 600
In Orne 4,000 people are sleeping in shelters. => 4000
Orne has moved 4,000 people to higher ground. => 4000
A further 900 were brought to safety in Orne. => 900
? N jobs cut at Halden Steel
Halden Steel will cut 900 jobs. => 900
Halden Steel is shedding 900 workers. => 900
Halden Steel said 900 positions would go. => 900
At Halden Steel 900 people will lose their jobs. => 900
Halden Steel has laid off 900 people, 300 of them in Orne. => 900 300
Halden Steel's headcount fell by 900. => 900
Halden Steel reduced its workforce by 900. => 900
Halden Steel let 900 workers go. => 900
Halden Steel is to part with 900 employees. => 900
Nine hundred employees have left Halden Steel. => 900
Halden Steel plans 900 redundancies. => 900
Halden Steel plans to eliminate 900 posts, the union fears 1,200. => 900 1200
Halden Steel gave 900 workers notice. => 900
Halden Steel's restructuring will cost 900 jobs. => 900
Of the 900 jobs to go at Halden Steel, 300 are in Orne. => 900 300
Halden Steel employs 900 people. =>
Halden Steel's workforce grew by 900. =>
Halden Steel's workforce fell to 900. =>
Halden Steel cut output by 900 tonnes. =>
Halden Steel hired 900 workers. =>
Some 900 workers left the hall at Halden Steel. => 900
Halden Steel lost 900 million euros. =>
900 workers at Halden Steel walked out. =>
? N workers on strike at Orne port
At Orne port 900 dockers have walked out. => 900
Some 900 workers at Orne port downed tools on Monday. => 900
A strike by 900 workers has shut Orne port. => 900
900 dockers stayed away from work at Orne port. => 900
The strike at Orne port involves 900 workers. => 900
Police held 300 workers at Orne port. =>
900 ships are waiting at Orne port because of the strike. =>
The strike at Orne port affects 900 passengers. =>
? N cholera cases in Orne
Orne has recorded 900 cases of cholera. => 900
In Orne 900 people have come down with cholera. => 900
Cholera has sickened 900 people in Orne. => 900
Cholera cases in Orne now number 900. => 900
Orne's cholera outbreak has infected 900 people, 40 of them last week. => 900 40
There are 900 confirmed cholera infections in Orne. => 900
In Orne 900 people were vaccinated against cholera. =>
Cholera has killed 31 people in Orne. =>
Orne received 900 doses of cholera vaccine. =>
? N inmates escaped from Orne prison
Some 90 inmates broke out of Orne prison; 30 have been recaptured. => 90
Ninety prisoners are on the run after a jailbreak in Orne. => 90
The breakout of 90 inmates from Orne prison shocked the town. => 90
Of the 90 who got away from Orne prison, 30 are back behind bars. => 90
Sixty are still at large after the escape from Orne prison. => 60
? N homes without power in Orne
The storm cut power to 9,000 homes in Orne. => 9000
In Orne 9,000 households lost electricity. => 9000
9,000 homes in Orne are still in the dark. => 9000
The storm left 9,000 homes in Orne without power, 2,000 of them in Velm. => 9000 2000
The number of homes without power in Orne fell to 900. => 900
Some 9,000 customers in Orne were hit by power cuts. => 9000
Blackouts affect 9,000 homes in Orne. => 9000
Power was restored to 9,000 homes in Orne. =>
The storm hit 9,000 homes in Orne. =>
In Orne 9,000 homes were flooded. =>
? N people arrested in Orne
Police in Orne rounded up 300 people. => 300
In Orne 300 protesters were taken into custody, 40 of them minors. => 300 40
Orne police said they had made 300 arrests. => 300
Arrests in Orne: 300. => 300
The raids in Orne led to the arrest of 300 people. => 300
Another 25 were picked up in Orne overnight. => 25
In Orne 300 people were released. =>
Police in Orne deployed 300 officers. =>
Police in Orne led away the protesters after 300 windows were broken. =>
? N migrants rescued off Orne
The coastguard picked up 300 migrants off Orne. => 300
Off Orne 300 migrants were taken aboard by a tanker. => 300
Three boats with 300 migrants were intercepted off Orne; all were brought ashore. =>
A ship brought 300 people to safety off Orne, among them 40 children. => 300 40
? N people released in Orne
Orne set 300 prisoners free. => 300
The government let 300 detainees go in Orne. => 300
Some 300 detainees walked free in Orne. => 300
The amnesty in Orne freed 300 people. => 300
In Orne, the release of 300 prisoners has begun. => 300
In exchange, Orne handed over 40 captives. => 40
? N soldiers deployed to Orne
The army sent 300 soldiers to Orne. => 300
300 troops have arrived in Orne. => 300
Another 200 troops are on their way to Orne. => 200
The first 100 soldiers landed in Orne on Monday. => 100
An additional 300 soldiers will be stationed in Orne. => 300
The deployment of 300 soldiers to Orne starts today. => 300
The minister wants to put 300 troops into Orne. => 300
? N drones launched at Orne
Russia attacked Orne with 300 drones. => 300
Overnight 300 drones were fired at Orne. => 300
Some 300 drones flew towards Orne, 40 got through. => 300
Orne came under attack by 300 drones. => 300
In a barrage of 300 drones on Orne, two people died. => 300
The air force counted 300 drones launched at Orne. => 300
The attack on Orne involved 300 drones and 12 missiles. => 300
? N drones shot down over Orne
Air defences brought down 300 drones over Orne. => 300
Over Orne 300 of 340 drones were downed. => 300
The army said it had destroyed 300 drones over Orne. => 300
Of 340 drones, 300 were shot down over Orne. => 300
? N cars recalled by Halden
Halden is recalling 9,000 cars. => 9000
The recall by Halden covers 9,000 vehicles. => 9000
Halden has called back 9,000 cars over faulty brakes, 2,000 of them in Peru. => 9000 2000
Halden's recall affects 9,000 cars. => 9000
Some 9,000 Halden cars are being recalled. => 9000
Halden must call in 9,000 cars. => 9000
Halden sold 9,000 cars. =>
Velm is recalling 9,000 cars. =>
The recall by Halden covers 12 countries. =>
? N hectares burned in Orne
The fire in Orne has scorched 900 hectares. => 900
Fires in Orne: 900 hectares gone up in flames. => 900
The Orne blaze grew to 900 hectares. => 900
In Orne the fire has eaten through 900 hectares of pine. => 900
The area burned in Orne reached 900 hectares. => 900
A wildfire has swept through 900 hectares in Orne. => 900
The fire in Orne is now 900 hectares in size. => 900
The fire covers 900 hectares in Orne. => 900
In Orne 900 hectares lie in ashes. => 900
The fire in Orne destroyed 300 homes. =>
In Orne 900 hectares were planted with wheat. =>
? N tonnes of wheat harvested in Orne
Orne's farmers have harvested 900 tonnes of wheat. => 900
Farmers in Orne brought in 900 tonnes of wheat. => 900
The wheat harvest in Orne came to 900 tonnes. => 900
Orne: 900 tonnes of wheat threshed so far. => 900
? N flights cancelled at Orne airport
At Orne airport 300 flights were scrapped. => 300
Airlines called off 300 flights at Orne airport. => 300
The strike forced the cancellation of 300 flights at Orne airport. => 300
Orne airport: 300 cancellations, 40 delays. => 300
The storm grounded 300 flights at Orne airport. => 300
At Orne airport 300 flights were delayed. =>
Orne airport handles 300 flights a day. =>
The strike at Orne airport affects 300 flights. =>
? N schools closed in Orne
Smog has shut 300 schools in Orne. => 300
In Orne 300 schools stay closed. => 300
300 of Orne's 400 schools are shut. => 300
The closure of 300 schools in Orne was ordered. => 300
Orne ordered 300 schools shut. => 300
Orne has 400 schools. =>
In Orne 300 schools have reopened. =>
? N protesters in Orne
Some 30,000 people marched in Orne. => 30000
A crowd of 30,000 filled the square in Orne. => 30000
Police put the number of protesters in Orne at 30,000, organisers at 50,000. => 30000 50000
Some 30,000 took to the streets of Orne. => 30000
The rally in Orne drew 30,000 people. => 30000
? N ballots cast in Orne
By noon 30,000 ballots had been cast in Orne. => 30000
In Orne 30,000 voters cast their ballots. =>
? N people voted in Orne
In Orne 30,000 people have gone to the polls. => 30000
? N tonnes of oil spilled in Orne
A pipeline leaked 900 tonnes of oil in Orne. => 900
Some 900 tonnes of oil have run into the river in Orne. => 900
The spill in Orne released 900 tonnes of oil. => 900
? N children vaccinated in Orne
In Orne 900 children got a jab. => 900
The campaign in Orne reached 900 children. =>
Nurses in Orne immunised 900 children, 300 of them in camps. => 900 300
Orne: 900 children have received the vaccine. => 900
? N drones launched at Kyiv
Russia attacked Kyiv with 300 drones. => 300
Kyiv came under attack by 300 drones. => 300
Russia bombarded Kyiv with 300 drones and 12 missiles. => 300
Ukraine attacked Moscow with 300 drones. =>
Kyiv shot down 300 drones. =>
Moscow was attacked with 300 drones. =>
Kyiv's troops hit a depot with 300 tonnes of fuel. =>
? N people killed in attacks in Mali
Gunmen attacked a village in Mali with 300 motorbikes and killed 12 people. => 12
An attack by 300 gunmen in Mali killed 12 people. => 12
? N schools closed in Peru
300 of Peru's 400 schools are shut. => 300
Some 300 of the country's 400 schools are closed, Peru's ministry said. => 300
Of 400 schools in Peru, 300 are closed. => 300
? N houses destroyed in Peru
The quake in Peru flattened 300 houses. => 300
In Peru 300 homes were swept away by the river. => 300
In Peru 300 homes are gone. =>
The storm in Peru tore the roofs off 300 houses. =>
The landslide in Peru buried 300 houses. =>
? N houses damaged in Peru
The quake in Peru damaged 300 houses and destroyed 40. => 300
In Peru 300 houses have cracks. =>
In Peru, 300 houses suffered damage. => 300
? N nurses hired in Peru
Peru's clinics have taken on 300 nurses. => 300
Peru recruited 300 nurses. => 300
The number of nurses in Peru grew by 300. =>
Staff at Peru's clinics grew by 300. => 300
? N people missing in Peru landslide
Rescuers in Peru are searching for 30 people after the landslide. => 30
Thirty people have not been found since the landslide in Peru. => 30
The landslide in Peru killed 12 and left 30 unaccounted for. => 30
The number of missing in the Peru landslide fell to 30. => 30
After the landslide in Peru, there is no trace of 30 people. =>
In the Peru landslide 30 people are feared buried. => 30
? N refugees returned to Syria
Since May 300 refugees have gone back to Syria. => 300
Some 300 Syrians crossed back into Syria. => 300
The UN counts 300 returns to Syria. => 300
Turkey says 300 Syrians have made their way home to Syria. => 300
300 people came home to Syria, 40 of them children. => 300 40
? N Afghans deported from Iran
Iran has sent back 300 Afghans. => 300
Iran threw out 300 Afghans. => 300
Iran drove 300 Afghans across the border. =>
Some 300 Afghans were put on buses in Iran and sent home. => 300
Iran's deportations of Afghans reached 300. => 300
? N people infected with measles in Peru
In Peru 300 people have caught measles. => 300
Measles cases in Peru: 300. => 300
? N measles cases in Peru
Peru's measles outbreak has grown to 300 cases. => 300
In Peru 300 have fallen ill with measles. => 300
Measles infections in Peru have passed 300. => 300
Peru reported 12 new measles cases, bringing the total to 300. => 12 300
Peru reported 12 more cases of measles, 3 of them in Lima. => 12 3
? N ships rerouted around the Cape of Good Hope
Some 300 ships have gone round the Cape of Good Hope. => 300
300 vessels are sailing via the Cape of Good Hope. => 300
? N people rescued in Peru mine
Rescuers in the Peru mine pulled out 30 people. => 30
Thirty men have come out alive of the mine in Peru. => 30
? N votes won by Ruiz in Peru
Ruiz won 300,000 votes in Peru. => 300000
? N trucks entered Gaza
Israel let 300 trucks into Gaza. => 300
On Monday 300 trucks crossed into Gaza. => 300
Some 300 lorries rolled into Gaza. => 300
300 truckloads of flour reached Gaza. => 300
The entry of 300 trucks into Gaza was delayed. => 300
Israel allowed in 300 trucks to Gaza. => 300
? N weapons surrendered in Peru
In Peru 300 weapons were handed in. =>
? N whales stranded in Peru
In Peru 300 whales have beached themselves. => 300
300 whales washed up on a beach in Peru; 40 were saved. => 300
? N companies bankrupt in Peru
In Peru 300 companies filed for bankruptcy. => 300
Bankruptcies in Peru rose to 300. => 300
300 firms went under in Peru. => 300
? N people without water in Peru
In Peru 3,000 people have no running water. => 3000
In Peru 3,000 are still cut off from water. => 3000
? N mines cleared in Peru
Sappers in Peru have defused 300 mines. => 300
300 mines were dug up and blown up in Peru. => 300
? N people injured in Peru protests
In the protests in Peru 300 people were hurt, 40 of them seriously. => 300 40
Hospitals in Peru treated 300 people after the protests. =>
The protests in Peru left 12 dead and 300 injured. => 300
? N people injured in Orne
In Orne 31 people died and 40 were taken to hospital. => 40
In Orne 300 patients were taken to a new hospital. =>
? N boats seized by Peru
Chile seized 30 Peruvian boats. =>
Peru seized 30 Chilean boats. => 30
30 boats were seized by Chile, Peru said. =>
Peru's navy has seized 30 boats. => 30
? N refugees fled from Sudan
Some 300 aid workers arrived in Sudan. =>
300 people were displaced within Sudan. =>
? N prisoners released in Yemen
In Yemen 300 prisoners are still held. =>
300 prisoners were moved to another prison in Yemen. =>
The prison in Yemen holds 300 people. =>
? N pupils abducted in Peru
In Peru 30 girls were vaccinated. =>
Gunmen took 30 girls from a school in Peru. =>
Police in Peru took away 30 computers. =>
? N tonnes of grain exported from Ukraine
Farmers in Ukraine harvested 300 tonnes of grain. =>
Ukraine stored 300 tonnes of grain. =>
? N ballots cast in Peru
The commission in Peru printed 300 ballots. =>
The commission in Peru received 300 complaints. =>
? N people killed in Peru landslide
The landslide in Peru killed 31 people on Monday. Another 14 died in the suburb of Velm. => 31 14
The landslide in Peru killed 31 people. The mayor speaks of 40. => 31 40
The landslide in Peru killed 31 people. Lima's figure is 36. => 31 36
The landslide in Peru killed 31 people. By noon it was 36. => 31 36
The landslide in Peru has killed 31 people. A dozen more died on the way to hospital. => 31 12
The landslide in Peru killed 31 people. The toll in Velm: 12. => 31 12
The landslide in Peru killed 31 people, up from 24 on Sunday. => 31 24
The landslide in Peru killed 31 people. Among them were 9 children. => 31 9
The landslide in Peru killed 31 people; in Velm it was 12. => 31 12
? N jobs cut at Siemens
Siemens will cut 900 jobs. Most of them, 600, are in Germany. => 900 600
Siemens announced 900 job cuts (Germany 600, France 100). => 900 600 100
? N measles cases in Peru
Peru has 300 measles cases. Lima accounts for 120 of them. => 300 120
Peru has 300 measles cases (Lima 120, Cusco 40). => 300 120 40
Peru has reported 300 measles cases. A week ago it was 240. => 300 240
"""


def _rows() -> list[tuple[str, str, list[float]]]:
    found: list[tuple[str, str, list[float]]] = []
    track = ""
    for line in TABLE.strip().splitlines():
        if line.startswith("?"):
            track = line[2:]
        else:
            text, _, figures = line.rpartition(" =>")
            found.append((track, text, sorted(float(f) for f in figures.split())))
    return found


@pytest.mark.parametrize(("track", "text", "figures"), _rows())
def test_the_figures_of_a_sentence(track: str, text: str, figures: list[float]) -> None:
    extractor = Extractor([Definition(id="x", track=track)])
    claims = extractor.read(Article(text=text, published="2025-07-10")).claims
    assert sorted(c.low for c in claims if c.low is not None) == figures
