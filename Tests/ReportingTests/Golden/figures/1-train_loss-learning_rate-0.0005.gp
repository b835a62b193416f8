$line0 << EOD
1 2.503811042374268 2.3685012474538243 2.6391208372947115
2 1.2879691239898625 1.1014437490072075 1.4744944989725175
3 1.326410712176562 1.2519484322700196 1.4008729920831045
EOD
$line1 << EOD
1 2.68235082335718 2.427878555990225 2.9368230907241344
2 1.1789754561275414 1.1527544867568142 1.2051964254982686
3 1.3415938010880777 1.221001049499181 1.4621865526769744
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Training loss, learning rate 0.0005, n = 2 to 3' at screen 0.5,0.948 center font ',16' textcolor rgb '#222222'
set label 2 'mean ± standard deviation over the n seeds (divided by n); unfinished: 5 of 6 trainings are done' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'epoch' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'training loss, mean ± std' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set xrange [0.75:3.25]
set xtics ('1' 1, '2' 2, '3' 3)
set yrange [1:3]
set ytics ('1' 1, '1.5' 1.5, '2' 2, '2.5' 2.5, '3' 3)
plot $line0 using 1:3:4 with filledcurves lc rgb '#1f77b4' notitle, \
    $line1 using 1:3:4 with filledcurves lc rgb '#ff7f0e' notitle, \
    $line0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 0.8 pi 1 lw 2 title 'BN (n = 3)', \
    $line1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 0.8 pi 1 lw 2 title 'LN (n = 2 to 3)'
