$runs0 << EOD
1 61.396529491761825
2 62.11961344628424
3 60.439969931832756

1 60.222923257608315
2 62.8469966808626
3 62.939132924674375

1 61.474985382815085
2 63.185414594749055
3 63.81051355060931

EOD
$mean0 << EOD
1 61.03147937739507
2 62.71734157396531
3 62.39653880237214
EOD
$runs1 << EOD
1 57.056852841681085

1 56.53673291608321
2 57.36740037168836
3 57.80636026297294

1 58.75931464895816
2 55.355727955404454
3 57.827945338755804

EOD
$mean1 << EOD
1 57.45096680224082
2 56.361564163546404
3 57.81715280086437
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Validation accuracy (%), every run, learning rate 0.0005, n = 3' at screen 0.5,0.9498 center font ',13' textcolor rgb '#222222'
set label 2 'thin: each seed; bold: the mean of the seeds that have reached the epoch' at screen 0.5,0.8938 center font ',12' textcolor rgb '#222222'
set label 21 'unfinished: 5 of 6 trainings are done' at screen 0.5,0.8591 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.8108
set bmargin at screen 0.1931
set key at screen 0.55,0.0367 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'epoch' at screen 0.55,0.1081 center textcolor rgb '#222222'
set label 4 'validation accuracy (%)' at screen 0.0238,0.5019 center rotate by 90 textcolor rgb '#222222'
set xrange [0.75:3.25]
set xtics ('1' 1, '2' 2, '3' 3)
set yrange [54:64]
set ytics ('54' 54, '56' 56, '58' 58, '60' 60, '62' 62, '64' 64)
plot $runs0 with lines lw 0.8 lc rgb '#801f77b4' notitle, \
    $runs1 with linespoints pt 7 ps 0.3 lw 0.8 lc rgb '#80ff7f0e' notitle, \
    $mean0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 0.8 pi 1 lw 2.5 title 'BN (n = 3)', \
    $mean1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 0.8 pi 1 lw 2.5 title 'LN (n = 3)'
